import { describe, expect, it } from 'vitest'
import { shutterPath, shuttersOf } from './shutter'

describe('shutters', () => {
  it('D23: are read by their shapes, several at once', () => {
    expect(
      shuttersOf({
        ShutterShape: ['RECTANGULAR', 'CIRCULAR', 'POLYGONAL'],
        ShutterLeftVerticalEdge: '3', ShutterRightVerticalEdge: '8', ShutterUpperHorizontalEdge: '2', ShutterLowerHorizontalEdge: '9',
        CenterOfCircularShutter: ['5', '6'], RadiusOfCircularShutter: '4',
        VerticesOfThePolygonalShutter: ['1', '1', '1', '10', '10', '5'],
      }),
    ).toEqual([
      { shape: 'rectangle', left: 3, right: 8, top: 2, bottom: 9 },
      { shape: 'circle', row: 5, column: 6, radius: 4 },
      { shape: 'polygon', points: [[1, 1], [1, 10], [10, 5]] },
    ])
  })

  it('that are not wholly said hide nothing', () => {
    expect(shuttersOf({})).toEqual([])
    expect(shuttersOf({ ShutterShape: 'RECTANGULAR', ShutterLeftVerticalEdge: '3' })).toEqual([])
    expect(shuttersOf({ ShutterShape: 'RECTANGULAR', ShutterLeftVerticalEdge: '9', ShutterRightVerticalEdge: '3', ShutterUpperHorizontalEdge: '1', ShutterLowerHorizontalEdge: '9' })).toEqual([])
    expect(shuttersOf({ ShutterShape: 'CIRCULAR', CenterOfCircularShutter: ['5', '6'], RadiusOfCircularShutter: '0' })).toEqual([])
    expect(shuttersOf({ ShutterShape: 'POLYGONAL', VerticesOfThePolygonalShutter: ['1', '1', '1'] })).toEqual([])
  })

  it('cover what is outside and leave their edges to be seen', () => {
    expect(shutterPath({ shape: 'rectangle', left: 3, right: 8, top: 2, bottom: 9 }, 10, 12)).toBe('M0 0H10V12H0ZM2 1H8V9H2Z')
    expect(shutterPath({ shape: 'circle', row: 5, column: 6, radius: 4 }, 10, 12)).toBe('M0 0H10V12H0ZM1.5 4.5A4 4 0 1 0 9.5 4.5A4 4 0 1 0 1.5 4.5Z')
    expect(shutterPath({ shape: 'polygon', points: [[1, 1], [1, 10], [10, 5]] }, 10, 12)).toBe('M0 0H10V12H0ZM0.5 0.5L9.5 0.5L4.5 9.5Z')
  })
})

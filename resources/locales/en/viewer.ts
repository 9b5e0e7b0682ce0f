/** Wording of the viewer's tools, layouts and comparison; what stands on the pictures is in `imaging.ts`. */
export const viewer = {
  'tools': 'Tools of the viewer',
  'hands': 'Drag to',
  'hand.scroll': 'Scroll',
  'hand.window': 'Window',
  'hand.pan': 'Move',
  'hand.zoom': 'Zoom',
  'hand.magnify': 'Magnify',
  'mark': 'Measure',

  'view': 'View',
  'place.right': 'Rotate right',
  'place.left': 'Rotate left',
  'place.sides': 'Flip left and right',
  'place.upsideDown': 'Flip top and bottom',

  'cine.play': 'Play',
  'cine.pause': 'Pause',
  'cine.playing': 'Plays {rate} images/s',
  'cine.rate': 'Images a second',
  'cine.rate.file': '{rate} as in the file',
  'cine.faster': 'Play faster',
  'cine.slower': 'Play slower',

  'layout': 'Layout',
  'layout.next': 'Next layout',
  'layout.1x1': '1 × 1',
  'layout.1x2': '1 × 2',
  'layout.2x2': '2 × 2',

  'link': 'Scroll together',
  'overlays': 'Overlays and marks',

  'pane': 'Picture {number}',
  'pane.next': 'Next picture area',
  'pane.empty': 'Choose a series',
  'series.next': 'Next series',
  'series.previous': 'Previous series',

  'priors': 'Other studies',
  'priors.compare': 'Compare with',
  'priors.next': 'Compare with the study before',
  'priors.none': 'No other study on this chart',
  'priors.notHere': 'Its images are not on this computer',
  'priors.alone': 'This study alone',

  'preset.file': 'As in the file',
  'preset.whole': 'All values',
  'preset.more': 'More contrast',
  'preset.less': 'Less contrast',

  'lens': 'Magnified part',
} as const

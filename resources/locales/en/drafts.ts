/** What a person typed before and did not save. */
export const drafts = {
  'title': 'Typed here and not saved yet',
  'text': 'It is kept on this computer and waits in its form.',
  'one': 'Typed {at}',
  'go': 'Go on',
  'drop': 'Throw away',
  'dropped': 'Thrown away. What was typed cannot be brought back.',
  'later': 'Later',
  'elsewhere': 'Outside of a chart',
} as const

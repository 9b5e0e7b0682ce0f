/** Words that many screens share. */
export const common = {
  save: 'Save',
  cancel: 'Cancel',
  close: 'Close',
  back: 'Back',
  again: 'Try again',
  optional: 'optional',
  waiting: 'One moment…',
  technical: 'Technical part',
  copy: 'Copy',
  copied: 'Copied',
  notKnown: 'not known',
} as const

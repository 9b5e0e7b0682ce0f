import type { ProblemKind } from '../../../shared/contract/problems'

/** What a person reads when something was refused: what happened, what was kept, what to do next. */
export interface ProblemWords {
  readonly happened: string
  readonly kept?: string
  readonly next?: string
}

const again = 'Try again. If it happens again, show this to the person who looks after the computers.'
const typedStays = 'What you typed is still here.'

/** The wording of every problem; `{facts}` stand in braces. */
export const problems: Readonly<Record<ProblemKind, ProblemWords>> = {
  'unknown-request': { happened: 'This window asked for something that the practice does not know.', next: again },
  'bad-shape': { happened: 'Something in this form cannot be saved as it is.', kept: typedStays, next: 'Look through the fields and save again.' },
  'wrong-sender': { happened: 'This window may not ask for that.', next: 'Close the window and open Outpost again.' },
  'not-signed-in': { happened: 'Nobody is signed in on this window.', kept: typedStays, next: 'Sign in and go on.' },
  'session-locked': { happened: 'The screen is locked.', kept: typedStays, next: 'Sign in and go on.' },
  'not-allowed': { happened: 'Your role does not allow this.', kept: typedStays, next: 'Ask somebody whose role does, or the administrator.' },
  'not-found': { happened: 'This is not here, or no longer.', next: 'Go back and look for it again.' },
  'host-restarting': {
    happened: 'The records were restarting, so this was not done.',
    kept: `Everything saved before is safe. ${typedStays}`,
    next: 'Wait a moment and try again.',
  },
  internal: { happened: 'Outpost made a mistake.', kept: `Nothing that was saved is lost. ${typedStays}`, next: again },
  'no-practice': { happened: 'No practice is open on this computer.', next: 'Open or create a practice first.' },
  'practice-exists': { happened: 'This computer already holds a practice here.', kept: 'It was left as it is.', next: 'Open it, or choose another data folder.' },
  'practice-in-use': { happened: 'Another copy of Outpost has this practice open.', next: 'Use that window, or close it and try again.' },
  'wrong-passphrase': { happened: 'This does not open the practice.', next: 'Type the passphrase, or the recovery code from the printed sheet.' },
  'keys-to-renew': {
    happened: 'The key cannot be changed yet: the recovery code or the passphrase is of an earlier version, or was changed from outside.',
    kept: 'Nothing was changed.',
    next: 'Print a new recovery code, set the passphrase anew where there is one, then change the key.',
  },
  'keystore-unavailable': {
    happened: 'The computer’s own key store does not give the key back.',
    kept: 'The records are there, locked.',
    next: 'Type the recovery code from the printed sheet.',
  },
  'wrong-credentials': { happened: 'User or password is not right.', next: 'Look at the keyboard (Caps Lock?) and type it again.' },
  'locked-out': { happened: 'Too many wrong tries. This person cannot sign in until {until}.', next: 'Wait, or let somebody else sign in.' },
  'name-taken': { happened: 'This user name is taken.', kept: typedStays, next: 'Choose another one.' },
  'replica-damaged': {
    happened: 'The records on this computer do not read back as they were written.',
    kept: 'Nothing was changed. Other workstations and the server keep their own copies.',
    next: 'Do not go on working here. Call the person who looks after the computers.',
  },
  'nothing-readable': {
    happened: 'Nothing of the records on this computer can be read, and no backup of it was found.',
    kept: 'The damaged file is where it was.',
    next: 'Choose the folder with the backups of this computer. If there is none, set the computer up anew and join the practice at its server.',
  },
  'newer-version': {
    happened: 'A newer version of Outpost has worked with these records.',
    kept: 'Nothing was changed.',
    next: 'Install that version, or a newer one, on this computer.',
  },
  conflict: { happened: 'Somebody else changed this while you had it open.', kept: `Their change was kept. ${typedStays}`, next: 'Look at what is there now, then save again.' },
  'append-only': { happened: 'This is signed and may not be changed.', kept: 'It was left as it is.', next: 'Add a correction instead.' },
  'implausible-value': { happened: 'This value cannot be right: {field} {limit}.', kept: 'Nothing of this set was saved. What you typed is still here.', next: 'Measure again or correct it.' },
  'disk-full': { happened: 'The disk of this computer is full, so this was not saved.', kept: `Everything saved before is safe. ${typedStays}`, next: 'Free some space, then save again.' },
  'port-in-use': { happened: 'Another program has this port open.', next: 'Close that program or choose another port.' },
  'port-missing': { happened: 'This port is not there.', next: 'Look at the cable and the adapter.' },
  'port-denied': { happened: 'This computer does not let Outpost use the port.', next: 'Ask the person who looks after the computers for the right to use serial ports.' },
  'profile-unknown': { happened: 'Outpost does not know this kind of device.', next: 'Choose another profile.' },
  'device-host-restarting': { happened: 'The part that talks to the devices was restarting.', kept: 'What the devices had sent before is safe.', next: 'Wait a moment and try again.' },
  'no-reading': { happened: 'The device gives no usable reading.', next: 'Look at the probe and the patient, wait for a steady number, and read again.' },
  'several-beds': { happened: 'This device reports more than one bed, so nobody can say whose its numbers are.', kept: 'Nothing was filed.', next: 'Type the numbers from the monitor at the bed.' },
  'reading-stale': { happened: 'This reading is too old to be confirmed.', kept: 'It was not filed.', next: 'Take it again.' },
  'already-filed': { happened: 'Somebody has already dealt with this.', kept: 'Their decision stands.', next: 'Look at the chart.' },
  'accession-unknown': { happened: 'No order has this accession number.', kept: 'The result waits in the tray.', next: 'Look at the tube and type the number again.' },
  'quality-control': { happened: 'This is a control sample. It never goes onto a patient’s chart.', kept: 'It waits in the tray.', next: 'Reject it with a reason.' },
  'unreadable-result': { happened: 'This result could not be read, so it cannot be filed.', kept: 'What the analyser sent is kept.', next: 'Let the analyser send it again, then reject this one.' },
  'folder-unreadable': { happened: 'This folder cannot be read.', next: 'Look at the disc or stick, or choose another folder.' },
  'study-incomplete': { happened: 'This study is not complete.', kept: 'What is there was kept.', next: 'Fetch the images from the other workstation, or import them here.' },
  'cannot-show': { happened: 'This image cannot be shown right, so it is not shown.', kept: 'The file was kept as it came.' },
  'server-unreachable': { happened: 'The server does not answer.', kept: 'Everything is saved on this computer and will be sent later.', next: 'Go on working. Look at the network when there is time.' },
  'server-refused': { happened: 'The server does not accept this user or password.', kept: 'Everything is saved on this computer.', next: 'Type them again.' },
  'certificate-date': { happened: 'The server’s certificate is out of date.', kept: 'Nothing was sent; everything is saved on this computer.', next: 'Look at the clock of this computer. If it is right, ask who runs the server for a new certificate.' },
  'certificate-name': { happened: 'The server’s certificate is for another address.', kept: 'Nothing was sent; everything is saved on this computer.', next: 'Check the address, letter by letter.' },
  'certificate-unknown': { happened: 'Nobody whom this computer trusts vouches for the server.', kept: 'Nothing was sent; everything is saved on this computer.', next: 'Ask who runs the server. In a café or hotel, sign in to its network first.' },
  'certificate-changed': { happened: 'This is not the server that this workstation joined, or it was set up anew.', kept: 'Nothing was sent; everything is saved on this computer.', next: 'Ask who runs the server. If it was set up anew, join again with a new code.' },
  'not-secure': { happened: 'What answers at this address speaks no secure language.', kept: 'Nothing was sent; everything is saved on this computer.', next: 'Check the address and the port.' },
  'needs-https': { happened: 'Anybody on the way could read the password at this address.', kept: 'Nothing was set up; everything is saved on this computer.', next: 'Type the address with https://, or ask who runs the server for it.' },
  'join-code-wrong': { happened: 'This is not the join code that the hub shows, or another computer answered in its place.', kept: 'Nothing was sent or taken.', next: 'Compare the code and the address with the screen of the hub, and type them again.' },
  'join-code-over': { happened: 'This join code is used up or out of time.', kept: 'Nothing was sent or taken.', next: 'Have the hub show a new one.' },
  'station-taken': { happened: 'Another workstation of the practice has these letters.', kept: typedStays, next: 'Choose other letters: they begin every number that is given out here.' },
  'hub-off': { happened: 'This computer is not the hub of the clinic at the moment.', next: 'Make it the hub first.' },
  'hub-on': { happened: 'This computer is the hub of the clinic.', kept: 'It stays the hub.', next: 'The centre of the hub is set on the screen Hub. To join another hub or server, stop being the hub first.' },
  'server-other-practice': { happened: 'This server holds another practice’s records.', kept: 'Nothing was sent or taken.', next: 'Look at the address.' },
  'server-made-anew': {
    happened: 'The practice’s database on this server was removed or made anew.',
    kept: 'Everything is saved on this computer. Nothing was sent.',
    next: 'Ask whoever looks after the server. If it lost its records, join it again under Exchange: they are then sent from here.',
  },
  'training-never-syncs': { happened: 'A training practice is never joined to a real server.', kept: 'Nothing was sent.' },
  'no-server': { happened: 'No server is set up.', kept: 'Nothing was changed.', next: 'Set up a server under Exchange first.' },
  'stick-missing': { happened: 'The stick is not there.', next: 'Plug it in, wait until the computer shows it, and choose it again.' },
  'stick-unwritable': { happened: 'The stick takes no files, or does not give them back.', kept: 'What was to go on it goes with the next stick.', next: 'Look whether it is locked, or take another one.' },
  'stick-full': { happened: 'There is no room left on the stick.', kept: 'What was to go on it goes with the next stick.', next: 'Take an empty one, or leave the images out.' },
  'stick-none': { happened: 'Nothing of another workstation of this practice lies there.', next: 'Choose the folder into which the stick was written.' },
  'stick-code-needed': { happened: 'This stick was written under a code that this computer does not know.', next: 'Type the code that the other workstation shows under “Code for other workstations”.' },
  'stick-code-wrong': { happened: 'This is not such a code.', next: 'Compare it with the other workstation, group by group.' },
  'stick-damaged': { happened: 'The stick does not read back as it was written.', kept: 'What was read before the damaged place is here, and counts.', next: 'Write the stick again on the other workstation.' },
  'backup-folder-missing': { happened: 'The folder for backups is not there.', kept: 'The records on this computer are as they were.', next: 'Plug the disk in, or choose another folder.' },
  'backup-folder-unwritable': { happened: 'The folder for backups does not take files.', kept: 'The records on this computer are as they were.', next: 'Choose a folder on another disk, outside Outpost’s own, that is not write-protected.' },
  'backup-disk-full': { happened: 'The disk for backups is full.', kept: 'Earlier backups on it are as good as before.', next: 'Make room on it, or choose another disk.' },
  'backup-none': { happened: 'No finished backup lies in this folder.', next: 'Choose the folder that was chosen for backups, or the disk that holds it.' },
  'backup-damaged': { happened: 'This backup does not read back as it was written.', kept: 'Nothing was restored from it.', next: 'Take an earlier backup, or the other disk if the practice has two.' },
  'backup-running': { happened: 'A backup or a rehearsal is under way already.', next: 'Wait until it is finished, or stop it.' },
  cancelled: { happened: 'This was cancelled.', kept: 'What was done before stays.' },
}

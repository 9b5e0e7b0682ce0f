import type { Role } from '../../shared/contract'

/** A person of the demo practice. */
export interface DemoUser {
  readonly name: string
  readonly user: string
  readonly role: Role
  readonly password: string
  readonly pin: string
}

/** The people of every demo practice; their passwords stand on its sign-in screen. */
export const demoUsers = {
  nurse: { name: 'Thandiwe Mokoena', user: 'nurse', role: 'nurse', password: 'nurse-training', pin: '1111' },
  doctor: { name: 'Dr Elena Petrova', user: 'doctor', role: 'doctor', password: 'doctor-training', pin: '2222' },
  laboratory: { name: 'Joseph Achieng', user: 'lab', role: 'lab-technician', password: 'lab-training', pin: '3333' },
  administrator: { name: 'Meera Nair', user: 'admin', role: 'administrator', password: 'admin-training', pin: '4444' },
} as const satisfies Record<string, DemoUser>

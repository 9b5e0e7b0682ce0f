import { configure } from '@testing-library/react'

// How long a test looks for what must come. A machine that does much else is slow, and a screen is not wrong for that.
configure({ asyncUtilTimeout: 10_000 })

package ui

import "unibox/ui/env"

// What the screen works on, as its parts know it.
type (
	Account  = env.Account
	Changes  = env.Changes
	Engine   = env.Engine
	Files    = env.Files
	Outbox   = env.Outbox
	Settings = env.Settings
	Store    = env.Store
)

// LocalCaps are the abilities that this machine provides where a platform has
// no such thing.
const LocalCaps = env.LocalCaps

// Package library is the data every office starts with: calendars, places, rates, rulebooks and procedures, embedded in
// the program. An office lays its own folder over it.
package library

import "embed"

// FS holds the data folders as they stand beside this file. It never changes.
//
//go:embed all:calendars all:places all:rates all:procedures all:rulebooks all:demo all:accounts all:duties all:words
var FS embed.FS

// Package upgrade plays the replacing of one release by the next: both programs, as they are run, on one office.
package upgrade

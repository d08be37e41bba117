// Package tour goes through the desk in a real browser, as people do: every
// page in both languages, both looks and two widths, by keyboard alone, without
// scripts, and on paper. `make tour` runs it and keeps the pictures.
package tour

// Package archtest keeps the house in order: its tests read the source and the
// import graph of the whole module and refuse what the architecture forbids. It
// has no code of its own; the promise of each rule is the name of its test.
package archtest

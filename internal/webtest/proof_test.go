package webtest

import "os"

// proof tells whether this is the slow proof, which leaves nothing out.
func proof() bool { return os.Getenv("CHANCERY_PROOF") != "" }

// sampled tells whether a case of a long table is left out of this run. The gate asks one of every so many, the proof asks all.
// Which are asked is settled by their places in the table: a test that adds up the numbers of row and column comes by every row
// and every column, and by the same ones each time.
func sampled(place, every int) bool { return !proof() && place%every != 0 }

// Package bench measures the program as a process: how long a check takes from
// the shell, what `serve --demo` weighs in memory, how large the binary is. The
// tests run when CHANCERY_BENCH is set and print one line per measure, which
// the command in report collects into docs/operating/performance.md:
//
//	bench: what | value | limit | the same run's reference | ok
//
// The last word is ok or MISS. A miss fails the test.
package bench

// Package load drives the program as it is shipped over its programs' door, with as many callers as a busy office has, and
// measures it against what the database does alone in the same run. Its tests run when CHANCERY_BENCH is set and print their
// measures as package bench does.
package load

// Package fire plays what befalls an office that runs on several machines: nodes
// that are killed, a database server that goes away and comes back, connections
// that are cut in the middle of a commit. The nodes are real processes of the
// real program, the server is a PostgreSQL of the test's own. It has no code but
// tests, and those run with CHANCERY_PROOF=1 (`make proof`).
package fire

package casework_test

import (
	"flag"
	"fmt"
	"os"
	"testing"
)

// TestMain has the gate make up thirty lives of a case for each property, other ones each time; the proof makes up three hundred.
func TestMain(m *testing.M) {
	flag.Parse()
	lives := "30"
	if os.Getenv("CHANCERY_PROOF") != "" {
		lives = "300"
	}
	if asked := flag.Lookup("rapid.checks"); asked.Value.String() == asked.DefValue {
		if err := asked.Value.Set(lives); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

package strict_test

import (
	"testing"

	"chancery/core/strict"
)

func TestASoundFileIsRead(t *testing.T) {
	t.Parallel()
	var into struct {
		Name string         `json:"name"`
		N    int            `json:"n"`
		List []string       `json:"list"`
		Any  any            `json:"any"`
		Map  map[string]int `json:"map"`
	}
	err := strict.Decode("a.yaml", []byte("name: x\nn: 5\nlist: [a, b]\nany: {a: [1, 2.5, true, null, 2026-10-08]}\nmap: {k: 1}\n"), &into)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%#v", into)
	err = strict.Decode("a.yaml", []byte("nmae: x\nn: 05\nlist: [a, 5, ~]\nmap: [k]\nname: &x 1\n"), &into)
	t.Log("\n", err)
	err = strict.Decode("a.yaml", []byte("nmae: x\nn: 05\nlist: [a, 5, ~]\nmap: [k]\nname: 2026-10-08\n"), &into)
	t.Log("\n", err)
	err = strict.Decode("a.yaml", []byte("nmae: x\n n: 05\n"), &into)
	t.Log("\n", err)
}

package form

import (
	"slices"

	"chancery/core/fault"
	"chancery/core/strict"
	"chancery/core/text"
)

// Load reads a procedure's form.yaml: the list of its blocks, by name. known are
// the blocks that exist. A block that does not exist is a fault with its line.
func Load(file string, data []byte, known []Block) (Form, error) {
	doc, err := strict.Parse(file, data, strict.DefaultLimits())
	if err != nil {
		return Form{}, err
	}
	var list struct {
		Procedure string   `json:"procedure"`
		Blocks    []string `json:"blocks"`
	}
	if err := doc.Decode(&list); err != nil {
		return Form{}, err
	}
	f := Form{Procedure: list.Procedure}
	var faults fault.List
	for _, name := range list.Blocks {
		i := slices.IndexFunc(known, func(b Block) bool { return b.Name == name })
		if i < 0 {
			faults = append(faults, fault.New(fault.Invalid, "blocks", text.Text{
				ZH: "没有名为「{name}」的表单块", EN: "there is no block called {name}",
			}.Fill(text.Args{"name": name})).At(doc.At("blocks")))
			continue
		}
		f.Blocks = append(f.Blocks, known[i])
	}
	return f, faults.OrNil()
}

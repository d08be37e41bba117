// Package form knows what an application is made of: blocks. A block is a Go
// struct (or a word, or a list) with a name; a form is the list of blocks that a
// procedure asks for. Rules see the same structs, so a rule that names a field
// which no block has is refused when its book is loaded.
package form

import (
	"reflect"

	"chancery/core/fault"
	"chancery/core/text"
)

// Block is one part of an application: what it is called in the file and what
// it holds.
type Block struct {
	Name  string
	Title text.Text
	// Type is what the block is read into: a struct, a slice or a string kind.
	Type reflect.Type
}

// NewBlock declares a block whose content is a T.
func NewBlock[T any](name, zh, en string) Block {
	return Block{Name: name, Title: text.Text{ZH: zh, EN: en}, Type: reflect.TypeFor[T]()}
}

// Form is the list of blocks that a procedure asks for.
type Form struct {
	Procedure string
	Blocks    []Block
	// Examine looks at the answers as a whole, once every block has been read: an
	// itinerary that ends before it begins. It may be nil.
	Examine func(Answers) []*fault.Fault
}

// Answers holds what was answered, by the name of the block. A value has exactly
// the type of its block; a block that was not answered is absent.
type Answers map[string]any

// Get returns the answer of one block, or the zero T when it was not answered.
func Get[T any](a Answers, block string) T {
	v, _ := a[block].(T)
	return v
}

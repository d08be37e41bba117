package form

// Matter is the block of any case that is about a text: what is asked, and why.
type Matter struct {
	Title string `json:"title"`
	Text  string `json:"text"`
	Why   string `json:"why,omitempty"`
}

// Circulation is the block that names whom a text goes round to.
type Circulation struct {
	// Asked are the units whose opinion is asked, by name.
	Asked []string `json:"asked"`
	// Term is the time they have, in working days; zero takes the procedure's own.
	Term int `json:"term,omitempty"`
}

// GenericBlocks are the blocks that belong to no single affair.
func GenericBlocks() []Block {
	return []Block{
		NewBlock[Matter]("matter", "事项", "Matter"),
		NewBlock[Circulation]("circulation", "会商范围", "Circulation"),
	}
}

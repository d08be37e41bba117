package web

// ErrorPage says what is wrong and what to do.
type ErrorPage struct {
	Frame
	Sentences []string
	// ID is the request's, for asking about it; Ours says that it is not the reader's to mend.
	ID   string
	Ours bool
}

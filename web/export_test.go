package web

import "chancery/core/text"

// Texts are the words of the pages.
func Texts() (text.Catalogue, error) { return catalogue() }

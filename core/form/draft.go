package form

import (
	"encoding/json"
	"fmt"

	"chancery/core/calendar"
	"chancery/core/office"
)

// Draft is an application that somebody is writing: it has no number yet, and
// only its writer sees it.
type Draft struct {
	ID        string          `json:"id"`
	Person    office.PersonID `json:"person"`
	Procedure string          `json:"procedure"`
	// Case is the case that is mended or changed; none: a new one.
	Case string `json:"case,omitempty"`
	// Change says that it is a change of an approved case.
	Change  bool             `json:"change,omitempty"`
	Title   string           `json:"title"`
	Version int              `json:"version"`
	Updated calendar.Instant `json:"updated"`
	Sheet   Sheet            `json:"sheet"`
}

// Body writes a draft down.
func (d Draft) Body() ([]byte, error) {
	b, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("write draft: %w", err)
	}
	return b, nil
}

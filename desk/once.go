package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
)

// request is the caller's own name for what is to be done. It is the caller's alone: what somebody else calls by the same
// name is another request, and its answer is not given away.
type request struct {
	person office.PersonID
	name   string
	asked  any // what is to be done, by which the same request is known again
}

// remembered is what a request was answered.
type remembered[T any] struct {
	Asked string `json:"asked"`
	Came  T      `json:"came"`
}

// once answers a request that was answered before with the same result. The same name for something else is a Conflict.
func once[T any](w Writing, q request, out *T, act func() error) error {
	if q.name == "" {
		return act()
	}
	asked, err := digestOf(q.asked)
	if err != nil {
		return err
	}
	key := q.key()
	said, ok, err := w.Answered(key)
	if err != nil {
		return err
	}
	if ok {
		var first remembered[T]
		if err := json.Unmarshal(said, &first); err != nil {
			return fmt.Errorf("read the first result of a request: %w", err)
		}
		if first.Asked != asked {
			return fault.New(fault.Conflict, "request", text.Text{
				ZH: "这个请求编号已用于另一项办理；请换一个编号再办", EN: "this name of a request was used for something else; choose another one",
			})
		}
		*out = first.Came
		return nil
	}
	if err := act(); err != nil {
		return err
	}
	result, err := json.Marshal(remembered[T]{Asked: asked, Came: *out})
	if err != nil {
		return fmt.Errorf("keep the result of a request: %w", err)
	}
	return w.Remember(key, result)
}

// key is the name under which the answer is kept: of the person's own.
func (q request) key() string {
	sum := sha256.Sum256([]byte(string(q.person) + "\x00" + q.name))
	return hex.EncodeToString(sum[:])
}

func digestOf(v any) (string, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("digest of a request: %w", err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// filed is what a filing asks for.
type filed struct {
	Application json.RawMessage
	Title       string
}

// acted is what an act asks for: in which case, and what. Which version of the case was seen is no part of it, since
// whoever sends a request again may have looked anew.
type acted struct {
	No  string
	Act casework.Act
}

// handed is what a handing in asks for.
type handed struct {
	Case        string
	Change      bool
	Why, Ground string
	Application json.RawMessage
	Exception   string `json:",omitempty"`
}

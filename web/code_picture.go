package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/boombuler/barcode/qr"

	"chancery/desk"
)

// CodePicture is a secret for a code generator: as a picture to be read, and in letters to be typed.
type CodePicture struct {
	// Path draws the dark squares in a field of Side by Side.
	Path string
	Box  string
	// Letters is the secret in groups of four.
	Letters string
}

// codePicture draws the secret that is offered to the session of a request.
func (s *Site) codePicture(r *http.Request) (*CodePicture, error) {
	offer, err := s.accounts.OfferTOTP(r.Context(), s.token(r))
	if err != nil {
		return nil, err
	}
	code, err := qr.Encode(offer.Address, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("draw the secret of a code generator: %w", err)
	}
	var path strings.Builder
	side := code.Bounds().Dx()
	for y := range side {
		for x := range side {
			if dark, _, _, _ := code.At(x, y).RGBA(); dark == 0 {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	var letters []string
	for rest := string(offer.Secret); rest != ""; {
		n := min(4, len(rest))
		letters, rest = append(letters, rest[:n]), rest[n:]
	}
	return &CodePicture{
		Path: path.String(), Box: fmt.Sprintf("0 0 %d %d", side+2*quiet, side+2*quiet), Letters: strings.Join(letters, " "),
	}, nil
}

// quiet is the margin that a reader of such pictures needs.
const quiet = 4

// confirmed confirms a generator during a sign-in, where no password need be shown again.
func (s *Site) confirmed(ctx context.Context, token, code string, from desk.Way) (desk.Ticket, error) {
	return s.accounts.ConfirmTOTP(ctx, token, "", code, from)
}

// digits leaves out the spaces that people type into a code.
func digits(code string) string { return strings.Join(strings.Fields(code), "") }

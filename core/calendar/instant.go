package calendar

import (
	"time"

	"chancery/core/fault"
	"chancery/core/text"
)

// Instant is a moment, in microseconds since 1970-01-01 00:00 UTC. The zero Instant is none.
type Instant int64

const instantForm = "2006-01-02T15:04:05.000000Z"

// InstantOf gives the moment of a time, what is finer than a microsecond cut off.
func InstantOf(t time.Time) Instant { return Instant(t.UnixMicro()) }

// ParseInstant reads RFC 3339, such as 2026-10-15T08:30:00+08:00, years 1 to 9999; another form is a fault. What is
// finer than a microsecond is cut off.
func ParseInstant(s string) (Instant, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.UTC().Year() < 1 || t.UTC().Year() > 9999 {
		return 0, fault.New(fault.Invalid, "", text.Text{
			ZH: "「{value}」不是时刻；请写作 2026-10-15T08:30:00+08:00 的样子",
			EN: "'{value}' is not an instant; write it like 2026-10-15T08:30:00+08:00",
		}.Fill(text.Args{"value": shortened(s)}))
	}
	return InstantOf(t), nil
}

// IsZero tells whether it is no instant.
func (i Instant) IsZero() bool { return i == 0 }

// Time gives the moment as a time in UTC.
func (i Instant) Time() time.Time { return time.UnixMicro(int64(i)).UTC() }

// Day gives the day on which the instant falls in a zone. No instant has no day.
func (i Instant) Day(zone *time.Location) Day {
	if i.IsZero() {
		return 0
	}
	return DayOf(i.Time().In(zone))
}

// Add gives the instant so much later.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d.Microseconds()) }

// Begins gives the instant at which a day begins in a zone. No day has none.
func (d Day) Begins(zone *time.Location) Instant {
	if d.IsZero() {
		return 0
	}
	year, month, day := d.date()
	return InstantOf(time.Date(year, time.Month(month), day, 0, 0, 0, 0, zone))
}

// String gives RFC 3339 in UTC with microseconds, "2026-10-15T00:30:00.000000Z", and "" for none.
func (i Instant) String() string {
	if i.IsZero() {
		return ""
	}
	return i.Time().Format(instantForm)
}

// MarshalText gives what String gives.
func (i Instant) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads what ParseInstant reads; an empty text is none.
func (i *Instant) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*i = 0
		return nil
	}
	read, err := ParseInstant(string(b))
	if err != nil {
		return err
	}
	*i = read
	return nil
}

package policy

import (
	"errors"
	"io/fs"

	"unibox/api"
)

// temporary: the request certainly had no effect, and may succeed later.
func temporary(err error) bool {
	switch api.KindOf(err) {
	case api.ErrRateLimited, api.ErrUnavailable, api.ErrAuth, api.ErrPayment:
		return true
	}
	return false
}

// ErrPast: a message was to go out at a time that has passed.
var ErrPast = errors.New("the time chosen has passed: choose a later one or send it now")

// refusedByPlatform: the platform refused the request, so it had no effect. Of an
// error of unknown kind that is known only where the status is 4xx.
func refusedByPlatform(err error) bool {
	if errors.Is(err, ErrPast) {
		return true
	}
	switch api.KindOf(err) {
	case api.ErrUncertain, api.ErrCursor:
		return false
	case api.ErrOther:
		var e *api.Error
		return errors.As(err, &e) && e.Status >= 400 && e.Status < 500
	}
	return true
}

// permanent: the same request would fail again.
func permanent(err error) bool {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrPast) {
		return true
	}
	switch api.KindOf(err) {
	case api.ErrInvalid, api.ErrForbidden, api.ErrNotFound, api.ErrUnsupported:
		return true
	}
	return false
}

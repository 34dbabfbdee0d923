package pact

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"rsc.io/qr"

	"unibox/api/sandbox/kit"
)

// Who connects a channel by QR code, pairing code or link needs this long, and a QR
// code lives this long.
const (
	pairing = 45 * time.Second
	qrLife  = 20 * time.Second
)

// signInCode is the code that Telegram sends to every phone.
const signInCode = "12345"

// How a provider is connected. See api/pact/REFERENCE.md "p2 channels".
var (
	byQR    = []string{"whatsapp", "telegram_personal", "max"}
	byToken = []string{"telegram", "viber", "odnoklassniki", "max_bot", "vkontakte_direct"}
	byOAuth = []string{"vkontakte", "facebook", "instagram_business", "whatsapp_business", "avito"}
)

// works reports whether a channel carries messages.
func (h *channel) works() bool { return !h.disabled && !h.initial }

// state is the state of an auth of p2.
func (h *channel) state() string {
	switch {
	case h.disabled:
		return "disabled"
	case h.initial:
		return "initial"
	}
	return "enabled"
}

func (a p2) listAuths(c *kit.Call) (any, error) {
	w, err := pageOf(c.Params, 25)
	if err != nil {
		return nil, err
	}
	some, err := a.companies(c, true)
	if len(c.IDs) > 0 {
		var one *company
		one, err = a.world.company(c)
		some = []*company{one}
	}
	if err != nil {
		return nil, err
	}
	all := []object{}
	for _, one := range some {
		for _, h := range one.channels {
			if !h.removed {
				all = append(all, a.wireAuth(one, h, c.Now))
			}
		}
	}
	lo, hi := w.of(len(all))
	return w.list("auths", all[lo:hi]), nil
}

// connect makes an auth. It is enabled at once with a token, otherwise when somebody
// has scanned the QR code, typed the code or followed the link.
func (a p2) connect(c *kit.Call) (any, error) {
	company, err := a.world.company(c)
	if err != nil {
		return nil, err
	}
	kind, phone, period := c.Params.Get("provider"), c.Params.Get("phone_number"), c.Params.Get("sync_period")
	h := &channel{kind: kind, phone: phone, created: c.Now, updated: c.Now, initial: !slices.Contains(byToken, kind)}
	switch back, known := map[string]int{"": 0, "day": 1, "week": 7, "month": 30}[period]; {
	case !known:
		return nil, kit.BadRequest("sync_period: must be day, week or month")
	case back > 0:
		h.synced = c.Now.Add(-time.Duration(back) * kit.Day)
	}
	switch {
	case !slices.Contains(slices.Concat(byQR, byToken, byOAuth, []string{"custom"}), kind):
		return nil, kit.BadRequest("provider: must be a known messenger")
	case slices.Contains(byToken, kind) && !c.Params.Filled("token"):
		return nil, kit.BadRequest("token: is required")
	case strings.Trim(phone, "0123456789") != "":
		return nil, kit.BadRequest("phone_number: must be digits only")
	}
	if err := a.world.addChannel(company, h); err != nil {
		return nil, err
	}
	a.world.announceChannel(company, h, "create", c.Now)
	return object{"auth": a.wireAuth(company, h, c.Now)}, nil
}

// addChannel connects a channel. See api/pact/REFERENCE.md "Channels".
func (p *Server) addChannel(c *company, h *channel) error {
	if old := c.carrying(h.kind); old != nil && !old.disabled {
		return kit.BadRequest("provider: there is a channel for " + h.kind + " already")
	}
	p.channelID++
	h.id = p.channelID
	c.channels = append(c.channels, h)
	return nil
}

// auth returns the auth of a path.
func (a p2) auth(c *kit.Call) (*company, *channel, error) {
	company, h, err := a.world.channel(c, true)
	if err == nil && h.removed {
		err = kit.ErrNotFound
	}
	return company, h, err
}

// enable ends the connecting of an auth by a code, or enables a disabled one.
func (a p2) enable(c *kit.Call) (any, error) {
	company, h, err := a.auth(c)
	code := c.Params.Get("code")
	switch {
	case err != nil:
		return nil, err
	case h.kind == "custom" && !isURL(c.Params.Get("client_url")):
		return nil, kit.BadRequest("client_url: must be a valid URL")
	case h.initial && h.byCode() && code != signInCode:
		return nil, kit.BadRequest("code: is wrong")
	case h.initial && h.kind != "custom" && !h.byCode():
		return nil, kit.BadRequest("the channel is not connected yet")
	}
	h.initial, h.disabled, h.updated = false, false, c.Now
	a.world.announceChannel(company, h, "update", c.Now)
	return object{"auth": a.wireAuth(company, h, c.Now)}, nil
}

// byCode reports whether Telegram sends a code to the phone, which enable takes.
func (h *channel) byCode() bool { return h.kind == "telegram_personal" && h.phone != "" }

func (a p2) disable(c *kit.Call) (any, error) {
	company, h, err := a.auth(c)
	if err != nil {
		return nil, err
	}
	h.disabled, h.updated = true, c.Now
	a.world.announceChannel(company, h, "update", c.Now)
	return object{"auth": a.wireAuth(company, h, c.Now)}, nil
}

// disconnect removes an auth. Its conversations stay.
func (a p2) disconnect(c *kit.Call) (any, error) {
	company, h, err := a.auth(c)
	if err != nil {
		return nil, err
	}
	h.disabled, h.removed = true, true
	a.world.announceChannel(company, h, "delete", c.Now)
	return nil, nil
}

// wireAuth is an auth as api/pact/REFERENCE.md "p2 objects" shows it. While it is
// being connected it has what the person needs for that.
func (a p2) wireAuth(c *company, h *channel, now time.Time) object {
	created := a.world.madeChannel(h)
	w := object{
		"id": h.id, "company_id": c.id, "provider": h.kind, "state": h.state(), "phone_number": nil, "username": nil,
		"created_at": wireTime(created), "updated_at": wireTime(kit.Latest(created, h.updated)), "sync_messages_at": nil, "pages": nil,
	}
	if h.phone != "" {
		w["phone_number"] = h.phone
	}
	if !h.synced.IsZero() {
		w["sync_messages_at"] = wireTime(h.synced)
	}
	switch {
	case slices.Contains([]string{"facebook", "instagram_business"}, h.kind) && h.works():
		w["pages"] = []object{{
			"id": h.id * 10, "auth_id": h.id, "company_id": c.id, "external_id": fmt.Sprint(17_841_400_000_000_000 + h.id),
			"name": c.name, "enabled": true, "oauth_provider_url": nil,
		}}
	case !h.initial || h.disabled:
	case slices.Contains(byOAuth, h.kind):
		w["oauth_provider_url"] = fmt.Sprintf("https://oauth.example/%s/authorize?state=%d", h.kind, h.id)
	case h.kind == "whatsapp" && h.phone != "":
		w["code"] = pairingCode(h.id)
	case slices.Contains(byQR, h.kind) && !h.byCode():
		w["qr"] = h.qrCode(now)
	}
	return w
}

// madeChannel returns when a channel was connected: those of the seed two years ago.
func (p *Server) madeChannel(h *channel) time.Time {
	if h.created.IsZero() {
		return p.start.Add(-730 * kit.Day)
	}
	return h.created
}

// pairingCode is the code that a person types into the phone.
func pairingCode(channel int64) string {
	d := kit.Roll(uint64(channel), 8)
	var code strings.Builder
	for range 8 {
		code.WriteByte(kit.Pick(d, []byte("ABCDEFGHJKLMNPQRSTUVWXYZ23456789")))
	}
	return code.String()[:4] + "-" + code.String()[4:]
}

// qrCode is the picture to scan, as a data URL. Another one comes when it expires.
func (h *channel) qrCode(now time.Time) string {
	age := int64(now.Sub(h.created) / qrLife)
	text := fmt.Sprintf("2@sandbox,%d,%d", h.id, age)
	if h.kind == "whatsapp" { // whose codes hold some 240 characters, and so have 57 modules a side
		d := kit.Roll(uint64(h.id), age)
		for len(text) < 237 {
			text += string(kit.Pick(d, []byte("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789+/")))
		}
	}
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		panic(err)
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(code.PNG())
}

// pairs reports whether a channel is connected without a further request.
func (h *channel) pairs() bool { return !h.byCode() && h.kind != "custom" && h.login == "" }

// pair connects the channels whose QR code was scanned, whose code was typed or
// whose link was followed by now. Telegram's code goes to enable instead.
func (p *Server) pair(now time.Time) {
	for _, c := range p.companies {
		for _, h := range c.channels {
			if h.initial && !h.disabled && h.pairs() && !now.Before(h.created.Add(pairing)) {
				h.initial, h.updated = false, h.created.Add(pairing)
				p.announceChannel(c, h, "update", now)
			}
		}
	}
}

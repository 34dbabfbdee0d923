package special

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
)

// Place is a place on a map.
type Place struct {
	Name, Address, URL string
	Lat, Lon           float64
	// Known is whether Lat and Lon are.
	Known bool
	// Live is whether the contact shares it for a while.
	Live bool
}

// UnmarshalJSON never fails.
func (p *Place) UnmarshalJSON(b []byte) error {
	*p = Place{}
	var list []json.RawMessage
	if json.Unmarshal(b, &list) == nil {
		p.pair(list)
		return nil
	}
	o := read(b)
	if o == nil {
		return nil
	}
	lat, okLat := o.number("latitude", "lat", "degreeslatitude")
	lon, okLon := o.number("longitude", "lng", "lon", "long", "degreeslongitude")
	for _, inner := range []string{"coordinates", "point", "location", "geo"} {
		if !okLat || !okLon {
			var deeper Place
			_ = deeper.UnmarshalJSON(o[inner]) // which never fails
			lat, lon, okLat, okLon = deeper.Lat, deeper.Lon, deeper.Known, deeper.Known
		}
	}
	p.at(lat, lon, okLat && okLon)
	p.Name, p.Address = o.text("name", "title", "label"), o.text("address", "description", "caption")
	if u := o.text("url", "link"); webAddress(u) {
		p.URL = u
	}
	p.Live = o.text("live_period", "live") != "" || string(o["live"]) == "true"
	return nil
}

// pair reads a list of two numbers: latitude and longitude.
func (p *Place) pair(list []json.RawMessage) {
	if len(list) != 2 {
		return
	}
	o := object{"lat": list[0], "lon": list[1]}
	lat, okLat := o.number("lat")
	lon, okLon := o.number("lon")
	p.at(lat, lon, okLat && okLon)
}

func (p *Place) at(lat, lon float64, said bool) {
	if said && lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180 {
		p.Lat, p.Lon, p.Known = lat, lon, true
	}
}

// webAddress reports whether a text is an address that can be shown and copied as a link.
func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// Text names the place, with its coordinates and an address that opens it on a map.
func (p Place) Text() string {
	name := strings.TrimSuffix(p.Name+", "+p.Address, ", ")
	name = strings.TrimPrefix(name, ", ")
	if name == "" && !p.Known && p.URL == "" {
		return ""
	}
	says := "Location"
	if p.Live {
		says = "Live location"
	}
	if name != "" {
		says += ": " + name
	}
	link := p.URL
	if p.Known {
		lat, lon := degrees(p.Lat), degrees(p.Lon)
		says += " (" + lat + ", " + lon + ")"
		if link == "" {
			link = "https://www.openstreetmap.org/?mlat=" + lat + "&mlon=" + lon + "#map=17/" + lat + "/" + lon
		}
	}
	if link != "" {
		says += "\n" + link
	}
	return says
}

// degrees writes a coordinate to a metre.
func degrees(n float64) string {
	s := strconv.FormatFloat(n, 'f', 5, 64)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

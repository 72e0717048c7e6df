package trace

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/serial/epc"
	"github.com/defekt/defekt/pipeline/serial/gs1"
	"github.com/defekt/defekt/pipeline/store"
)

// epcName is what an EPC, an EPC class or a Digital Link names: a unit (serial), a lot of a
// product (lot), or a pallet (shipment).
type epcName struct {
	gtin, serial, lot string
	// other stands for the SKU where there is no GTIN.
	other    string
	shipment string
}

// parseEPC reads a URI of an event. One that names a thing which is no unit, such as a
// returnable box, gives the zero value. The error is a claim.Problem.
func parseEPC(text string) (epcName, error) {
	text = strings.TrimSpace(text)
	lower := strings.ToLower(text)
	switch {
	case strings.HasPrefix(lower, "urn:epc:id:sscc:"):
		return sscc(text[len("urn:epc:id:sscc:"):])
	case strings.HasPrefix(lower, "urn:epc:class:lgtin:"):
		return lgtin(text[len("urn:epc:class:lgtin:"):])
	case strings.HasPrefix(lower, "urn:epc:id:sgtin:"), strings.HasPrefix(lower, "urn:epc:id:gid:"), strings.HasPrefix(lower, "urn:epc:tag:sgtin"),
		strings.HasPrefix(lower, "urn:epc:tag:gid"), strings.HasPrefix(lower, "urn:epc:raw:"):
		tag, err := epc.Parse(text)
		if err != nil {
			return epcName{}, err
		}
		name := epcName{gtin: tag.GTIN(), serial: tag.Serial}
		if name.gtin == "" {
			name.other = fmt.Sprintf("gid:%d.%d", tag.Manager, tag.Class)
		}
		return name, nil
	case strings.HasPrefix(lower, "urn:epc:"):
		return epcName{}, nil // GRAI, GIAI, patterns of a class ...
	case strings.HasPrefix(lower, "http://"), strings.HasPrefix(lower, "https://"):
		d, err := gs1.ParseDigitalLink(text)
		if err != nil {
			return epcName{}, err
		}
		return epcName{gtin: d.GTIN(), serial: d.Serial(), lot: d.Lot(), shipment: d.Get("00")}, nil
	}
	return epcName{}, problem(CodeEvent, "epc", "%.80q is neither an EPC URI nor a GS1 Digital Link", text)
}

// sscc gives a pallet's 18 digits: extension digit, company prefix, serial reference, check
// digit (GS1 EPC Tag Data Standard 2.1, 7.3).
func sscc(fields string) (epcName, error) {
	company, ref, ok := strings.Cut(fields, ".")
	if !ok || len(company)+len(ref) != 17 || len(ref) < 1 {
		return epcName{}, problem(CodeEvent, "epc", "an SSCC has 17 digits in two parts, not %.40q", fields)
	}
	digits := ref[:1] + company + ref[1:]
	check, ok := gs1.CheckDigit(digits)
	if !ok {
		return epcName{}, problem(CodeEvent, "epc", "the SSCC %.40q holds something else than digits", fields)
	}
	return epcName{shipment: digits + string(check)}, nil
}

// lgtin reads a lot of a product: company prefix, item reference, lot.
func lgtin(fields string) (epcName, error) {
	part := strings.SplitN(fields, ".", 3)
	if len(part) != 3 || part[2] == "" {
		return epcName{}, problem(CodeEvent, "epcClass", "an LGTIN has company prefix, item reference and lot, parted by dots, not %.60q", fields)
	}
	// A lot is written as a serial is.
	tag, err := epc.Parse("urn:epc:id:sgtin:" + fields)
	if err != nil {
		return epcName{}, claim.AsProblem(err, CodeEvent).At("epcClass")
	}
	return epcName{gtin: tag.GTIN(), lot: tag.Serial}, nil
}

// components gives the lots that EPCs and classes of components name: of a serialised one its
// serial stands for the lot.
func components(epcs []string, classes []quantity) ([]store.LotRef, error) {
	var lots []store.LotRef
	add := func(text string) error {
		id, err := parseEPC(text)
		if err != nil {
			return err
		}
		code := cmp.Or(id.lot, id.serial)
		if code != "" {
			lots = append(lots, store.LotRef{Component: cmp.Or(id.gtin, id.other), Code: code})
		}
		return nil
	}
	for _, text := range epcs {
		if err := add(text); err != nil {
			return nil, err
		}
	}
	for _, q := range classes {
		if err := add(q.Class); err != nil {
			return nil, err
		}
	}
	return lots, nil
}

// placeName gives a place as short as it can be told: the digits of a GLN, or what stands
// behind "urn:epc:id:".
func placeName(id string) string {
	if strings.HasPrefix(id, "http://") || strings.HasPrefix(id, "https://") {
		if d, err := gs1.ParseDigitalLink(id); err == nil && d.Get("414") != "" {
			return strings.TrimSuffix("gln:"+d.Get("414")+"."+d.Get("254"), ".")
		}
		if u, err := url.Parse(id); err == nil {
			return u.Host + u.Path
		}
	}
	return shortID(id)
}

func shortID(id string) string {
	for _, prefix := range []string{"urn:epc:id:", "urn:epcglobal:cbv:", "urn:"} {
		if rest, ok := strings.CutPrefix(id, prefix); ok {
			return rest
		}
	}
	return id
}

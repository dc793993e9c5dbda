/// What the fields of a response say that was found (RFC 3507 has no words for that; scanners agreed on a
/// few).
package enum ICAPFinding: Equatable, Sendable {
    /// - Parameter name: fit for a log.
    case virus(name: String)
    /// The scanner reached a limit of its own, or could not open a container.
    case unseen(String)

    /// Nil where no field says anything.
    package init?(_ head: ICAPHead) {
        if let finding = Self.infection(head) ?? Self.violations(head) ?? Self.named(head) {
            self = finding
        } else {
            return nil
        }
    }

    /// `X-Infection-Found: Type=0; Resolution=2; Threat=NAME;` (draft-stecher-icap-subid-00). Type 0 is a
    /// virus, 1 a rule for mail, and 2 a container that could not be looked into.
    private static func infection(_ head: ICAPHead) -> ICAPFinding? {
        guard let field = head.field("x-infection-found") else { return nil }
        var type = 0
        var threat: ArraySlice<UInt8> = []
        for part in Array(field.lines.joined()).split(separator: UInt8(ascii: ";")) {
            let word = part.drop { $0 == 0x20 || $0 == 0x09 }
            guard let mark = word.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let value = word[(mark + 1)...]
            switch String(decoding: word[..<mark], as: UTF8.self).lowercased() {
            case "type": type = decimal(value) ?? 0
            case "threat": threat = value
            default: break
            }
        }
        return type == 2 ? .unseen(ScannerText.fit(threat)) : virus(threat)
    }

    /// `X-Violations-Found: N`, and N times four lines: file, threat, its number, what was done.
    private static func violations(_ head: ICAPHead) -> ICAPFinding? {
        guard let lines = head.field("x-violations-found")?.lines, let first = lines.first,
            decimal(first) != 0
        else { return nil }
        return virus(lines.count > 2 ? lines[2][...] : [])
    }

    /// `X-Virus-ID: NAME` and `X-Virus-Name: NAME`; some say the former of what is clean, and `no threats`
    /// then.
    private static func named(_ head: ICAPHead) -> ICAPFinding? {
        for name in ["x-virus-id", "x-virus-name"] {
            guard let line = head.field(name)?.lines.first, !line.isEmpty else { continue }
            let text = String(decoding: line, as: UTF8.self).lowercased()
            if !["no threats", "no threat", "none", "clean", "-"].contains(text) { return virus(line[...]) }
        }
        return nil
    }

    private static func virus(_ name: ArraySlice<UInt8>) -> ICAPFinding {
        .virus(name: name.isEmpty ? "unnamed" : ScannerText.fit(name))
    }
}

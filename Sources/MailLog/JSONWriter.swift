/// JSON in one line (RFC 8259), written from the front to the back.
///
/// Every text becomes a string without control characters, with what is not UTF-8 replaced by U+FFFD. The
/// caller puts values into arrays and members into objects; commas are added here.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init() {}

    /// A value: the whole document, or an element of an array.
    package mutating func object(_ members: (inout JSONWriter) -> Void) {
        enclose(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
    }

    package mutating func array(_ elements: (inout JSONWriter) -> Void) {
        enclose(UInt8(ascii: "["), UInt8(ascii: "]"), elements)
    }

    package mutating func string(_ text: String) {
        var text = text
        text.makeContiguousUTF8()
        string(text.utf8.span)
    }

    /// A string of what may not be UTF-8.
    package mutating func string(_ text: Span<UInt8>) {
        separate()
        quote(text)
        needsComma = true
    }

    package mutating func number(_ number: some BinaryInteger) { literal(String(number)) }

    package mutating func boolean(_ flag: Bool) { literal(flag ? "true" : "false") }

    package mutating func null() { literal("null") }

    /// A member of an object; `nil` is null.
    package mutating func member(_ name: String, _ text: String?) {
        member(name) { json in
            if let text { json.string(text) } else { json.null() }
        }
    }

    package mutating func member(_ name: String, _ value: Int?) {
        member(name) { json in
            if let value { json.number(value) } else { json.null() }
        }
    }

    package mutating func member(_ name: String, _ flag: Bool) {
        member(name) { $0.boolean(flag) }
    }

    package mutating func member(_ name: String, _ texts: [String]) {
        member(name) { json in
            json.array { for text in texts { $0.string(text) } }
        }
    }

    /// A member whose value `value` writes, exactly one.
    package mutating func member(_ name: String, _ value: (inout JSONWriter) -> Void) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
        value(&self)
        needsComma = true
    }

    private mutating func enclose(_ open: UInt8, _ close: UInt8, _ content: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(open)
        needsComma = false
        content(&self)
        bytes.append(close)
        needsComma = true
    }

    private mutating func literal(_ text: String) {
        separate()
        bytes += text.utf8
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func quote(_ text: Span<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        var index = 0
        while index < text.count {
            let (unit, next) = LoggedText.unit(in: text, at: index)
            switch unit {
            case .plain(let range):
                let byte = text[index]
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                    bytes.append(UInt8(ascii: "\\"))
                }
                for position in range { bytes.append(text[position]) }
            case .control(0x0A, _): bytes += "\\n".utf8
            case .control(0x0D, _): bytes += "\\r".utf8
            case .control(0x09, _): bytes += "\\t".utf8
            case .control(let scalar, _): escape(scalar)
            case .invalid: bytes += [0xEF, 0xBF, 0xBD]
            }
            index = next
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// `\uXXXX`, twice for what is beyond the first plane (RFC 8259 §7).
    private mutating func escape(_ scalar: UInt32) {
        guard scalar > 0xFFFF else { return escape(unit: scalar) }
        escape(unit: 0xD800 + (scalar - 0x10000) >> 10)
        escape(unit: 0xDC00 + (scalar - 0x10000) & 0x3FF)
    }

    private mutating func escape(unit: UInt32) {
        bytes += "\\u".utf8
        for shift in [12, 8, 4, 0] as [UInt32] {
            let digit = UInt8(truncatingIfNeeded: unit >> shift & 0xF)
            bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }
}

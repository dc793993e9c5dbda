/// The encoding in which SMTP carries parameters, xtext (RFC 3461 §4).
package enum TransportText {
    /// RFC 3461 §4.4: an envelope identifier has at most 100 characters; the encoding makes up to 300 of them.
    package static let maximumLength = 1000

    /// The text that `encoded` stands for; what is not xtext stays as it is, what is too long is cut.
    package static func decoded(_ encoded: String) -> String {
        let bytes = Array(encoded.utf8.prefix(maximumLength))
        var decoded: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "+"), index + 2 < bytes.count,
                let high = digit(bytes[index + 1]), let low = digit(bytes[index + 2])
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    /// `text` as xtext.
    package static func encoded(_ text: String) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8.prefix(maximumLength) {
            if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "+"), byte != UInt8(ascii: "=") {
                encoded.append(byte)
            } else {
                encoded += [UInt8(ascii: "+"), hexadecimal(byte >> 4), hexadecimal(byte & 0xF)]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// RFC 3461 §4: upper case only.
    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        default: nil
        }
    }

    private static func hexadecimal(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? 0x30 + nibble : 0x37 + nibble
    }
}

/// A `mailto:` URI (RFC 6068): to whom a message goes, and what it says.
///
/// - Recipients and fields are percent-decoded, UTF-8, and free of control characters; in the body there may be any.
/// - A comma divides recipients whether it is encoded or not, as the notification method has it (RFC 5436): one within
///   an address is within a quoted string.
package struct MailtoURI: Sendable, Equatable {
    package struct Field: Sendable, Equatable {
        /// In lower case.
        package let name: String
        package let value: String
    }

    /// How much is taken.
    package struct Limits: Sendable, Equatable {
        /// Octets of the URI.
        package var octets: Int
        /// Recipients of all kinds together.
        package var recipients: Int
        /// Fields other than `to`, `cc`, `bcc` and `body`.
        package var fields: Int

        package init(octets: Int = 8192, recipients: Int = 8, fields: Int = 16) {
            self.octets = octets
            self.recipients = recipients
            self.fields = fields
        }
    }

    package enum Failure: Error, Sendable, Equatable {
        /// It does not begin with `mailto:`.
        case otherScheme
        case tooLong
        /// A character that must be encoded, or that a URI cannot have; where it is, in octets.
        case illegalCharacter(at: Int)
        /// A `%` without two hexadecimal digits.
        case brokenEncoding(at: Int)
        /// What is encoded is not UTF-8.
        case notUTF8
        /// A part between `&` that is not `name=value`.
        case missingValue
        case illegalFieldName(String)
        /// A line end or another control character in the value of this field.
        case controlCharacter(String)
        /// What stands for a recipient is no address.
        case illegalAddress(String)
        case tooManyRecipients
        case tooManyFields
    }

    /// From the path, and from `to` fields, in order.
    package private(set) var to: [MailAddress] = []
    package private(set) var cc: [MailAddress] = []
    package private(set) var bcc: [MailAddress] = []
    /// All other fields, `subject` among them, in order; a name may be there more than once.
    package private(set) var fields: [Field] = []
    /// The body of the message, its lines ending as the URI has them; nil without a `body` field. The first one counts.
    package private(set) var body: String?

    private let limits: Limits

    /// The recipients, each once (domains are equal in either case): those of `to`, then of `cc`, then of `bcc`.
    package var recipients: [MailAddress] {
        var seen: Set<String> = []
        return (to + cc + bcc).filter { seen.insert(MailtoURI.key($0)).inserted }
    }

    /// The value of the first field of this name, which must be in lower case.
    package func value(of name: String) -> String? {
        fields.first { $0.name == name }?.value
    }

    /// Reads all of `text`.
    package init(_ text: [UInt8], limits: Limits = Limits()) throws(Failure) {
        self.limits = limits
        guard text.count <= limits.octets else { throw .tooLong }
        let scheme = text.prefix(7).map(\.lowercased)
        guard scheme.elementsEqual("mailto:".utf8) else { throw .otherScheme }
        let rest = text.dropFirst(7)
        let mark = rest.firstIndex(of: ASCII.questionMark) ?? rest.endIndex
        let path = try MailtoURI.decode(rest[..<mark]) { MailtoURI.isPathCharacter($0) }
        try add(addresses: path, ofField: "to")
        guard mark < rest.endIndex else { return }
        for pair in rest[(mark + 1)...].split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
        {
            try add(pair)
        }
    }

    /// Reads all of `text`.
    package init(_ text: String, limits: Limits = Limits()) throws(Failure) {
        try self.init(Array(text.utf8), limits: limits)
    }
}

extension MailtoURI {
    /// `name=value`
    private mutating func add(_ pair: ArraySlice<UInt8>) throws(Failure) {
        guard let equals = pair.firstIndex(of: ASCII.equals) else {
            _ = try MailtoURI.decode(pair) { MailtoURI.isQueryCharacter($0) }
            throw .missingValue
        }
        let name = try MailtoURI.decode(pair[..<equals]) { MailtoURI.isQueryCharacter($0) }
        let value = try MailtoURI.decode(pair[(equals + 1)...]) { MailtoURI.isQueryCharacter($0) }
        guard FieldName.isValid(name) else { throw .illegalFieldName(name) }
        let lower = String(decoding: name.utf8.map(\.lowercased), as: UTF8.self)
        switch lower {
        case "body": body = body ?? value
        case "to", "cc", "bcc": try add(addresses: value, ofField: lower)
        default:
            try MailtoURI.checkForControls(value, ofField: lower)
            guard fields.count < limits.fields else { throw .tooManyFields }
            fields.append(Field(name: lower, value: value))
        }
    }

    private mutating func add(addresses text: String, ofField name: String) throws(Failure) {
        try MailtoURI.checkForControls(text, ofField: name)
        let bytes = Array(text.utf8)
        let list = AddressList(bytes, limit: max(limits.recipients, 0) &+ 1)
        if let invalid = list.invalid.first { throw .illegalAddress(invalid) }
        // A group is read as what it holds, which may be nothing.
        guard !list.addresses.isEmpty || bytes.allSatisfy({ $0.isBlank || $0 == ASCII.comma }) else {
            throw .illegalAddress(text)
        }
        let count = to.count + cc.count + bcc.count + list.addresses.count
        guard count <= limits.recipients, list.exceeded == nil else { throw .tooManyRecipients }
        switch name {
        case "cc": cc += list.addresses
        case "bcc": bcc += list.addresses
        default: to += list.addresses
        }
    }

    private static func checkForControls(_ text: String, ofField name: String) throws(Failure) {
        for byte in text.utf8 where byte < 0x20 && byte != ASCII.tab || byte == ASCII.delete {
            throw .controlCharacter(name)
        }
    }

    private static func key(_ address: MailAddress) -> String {
        address.localPart + "@" + String(decoding: address.domain.utf8.map(\.lowercased), as: UTF8.self)
    }
}

extension MailtoURI {
    private static func decode(
        _ text: ArraySlice<UInt8>, _ isAllowed: (UInt8) -> Bool
    ) throws(Failure) -> String {
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            if byte == UInt8(ascii: "%") {
                guard text.endIndex - index > 2, text[index + 1].hexadecimalValue != nil,
                    text[index + 2].hexadecimalValue != nil
                else { throw .brokenEncoding(at: index) }
                index += 3
            } else {
                guard isAllowed(byte) else { throw .illegalCharacter(at: index) }
                index += 1
            }
        }
        let encoded = Array(text)
        guard let decoded = PercentEncoding.decode(encoded.span) else {
            throw .brokenEncoding(at: text.startIndex)
        }
        guard let string = String(validating: decoded.span, in: 0..<decoded.count) else { throw .notUTF8 }
        return string
    }

    /// RFC 6068 §2: `addr-spec` with everything encoded that means something in a URI.
    private static func isPathCharacter(_ byte: UInt8) -> Bool {
        if PercentEncoding.isUnreserved(byte) { return true }
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"),
            UInt8(ascii: "*"), UInt8(ascii: "+"), ASCII.comma, ASCII.colon, ASCII.at:
            return true
        default: return false
        }
    }

    /// `qchar` of RFC 6068 §2, and what a query may have besides (RFC 3986 §3.4).
    private static func isQueryCharacter(_ byte: UInt8) -> Bool {
        isPathCharacter(byte) || byte == ASCII.semicolon || byte == ASCII.slash || byte == ASCII.questionMark
            || byte == ASCII.equals
    }
}

// :mime, :anychild                                                                            RFC 5703 §4

/// The header of the part that a loop looks at counts; outside of loops that of the message itself.
enum MimeTag: TestTag {
    static let tag = "mime"
    static var tests: [String] { [HeaderTest.name, AddressTest.name, ExistsTest.name] }

    static func compile(
        _ arguments: inout Arguments, _ validator: inout Validator, into options: inout TestOptions
    ) {
        options.looksAtParts = true
    }
}

/// The headers of all parts within that part count too.
enum AnyChildTag: TestTag {
    static let tag = "anychild"
    static var tests: [String] { MimeTag.tests }

    static func compile(
        _ arguments: inout Arguments, _ validator: inout Validator, into options: inout TestOptions
    ) {
        options.includesChildren = true
    }
}

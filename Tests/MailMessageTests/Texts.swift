import MailMessage
import Platform

extension Message {
    init(_ text: String, limits: MessageLimits = MessageLimits()) {
        self.init(SharedBytes(Array(text.utf8)), limits: limits)
    }

    init(_ bytes: [UInt8]) {
        self.init(SharedBytes(bytes))
    }

    /// The names of the fields, as they stand.
    var fieldNames: [String] { header.fields.map { String(decoding: name($0), as: UTF8.self) } }

    /// The fields' bodies, as they stand.
    var rawBodies: [String] { header.fields.map { String(decoding: rawBody($0), as: UTF8.self) } }

    /// All behind the header.
    var bodyText: String { text(header.bodyStart..<bytes.count) }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes.array(range), as: UTF8.self) }

    /// The first field of this name, decoded.
    func decoded(_ name: String) -> String? {
        firstField(named: name).map { String(decoding: decodedBody($0), as: UTF8.self) }
    }
}

extension [UInt8] {
    init(_ text: String) { self = Array(text.utf8) }

    var text: String { String(decoding: self, as: UTF8.self) }
}

// Spans cannot stand within #expect and #require, nor can calls that mutate.

func decodeBase64(_ bytes: [UInt8], limit: Int = .max) -> [UInt8] { Base64.decode(bytes.span, limit: limit) }

func encodeBase64(_ bytes: [UInt8], lineLength: Int? = 76) -> [UInt8] {
    Base64.encode(bytes.span, lineLength: lineLength)
}

func decodeQuotedPrintable(_ bytes: [UInt8], limit: Int = .max) -> [UInt8] {
    QuotedPrintable.decode(bytes.span, limit: limit)
}

func encodeQuotedPrintable(_ bytes: [UInt8]) -> [UInt8] { QuotedPrintable.encode(bytes.span) }

func decode(_ encoding: TransferEncoding, _ bytes: [UInt8], limit: Int) -> [UInt8] {
    encoding.decode(bytes.span, limit: limit)
}

func convert(_ bytes: [UInt8], from charset: Charset, limit: Int = 4000) -> [UInt8]? {
    var converters = CharsetConverters()
    let text = converters.convert(bytes.span, from: charset, limit: limit)
    return converters.knows(charset) ? text : nil
}

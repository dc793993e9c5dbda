/// Why something cannot be told of a file's contents.
package struct FormatsError: Error, Equatable, Sendable {
    package enum Kind: Sendable {
        /// The library, or what it needs, is not there.
        case unavailable
        /// It is no archive that is known here.
        case unrecognised
        /// This entry cannot be read; the next one may be.
        case failed
        /// Nothing more can be read of the archive.
        case fatal
        /// A limit of the caller's was reached; nothing more is read.
        case limit
    }

    package let kind: Kind
    /// The library's words: printable ASCII, at most ``longestDetail`` octets. Strangers may have had a hand in them.
    package let detail: String

    package static var longestDetail: Int { 200 }

    package init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }

    /// - Parameter words: of a library; NULL for none.
    init(_ kind: Kind, words: UnsafePointer<CChar>?) {
        self.init(kind, unsafe Self.fit(words))
    }

    /// A library's words, made fit for a log.
    static func fit(_ words: UnsafePointer<CChar>?) -> String {
        guard let words = unsafe words else { return "" }
        var octets: [UInt8] = []
        var place = unsafe words
        while unsafe place.pointee != 0, octets.count < longestDetail {
            let octet = unsafe UInt8(bitPattern: place.pointee)
            octets.append((0x20..<0x7F).contains(octet) ? octet : UInt8(ascii: "?"))
            unsafe place += 1
        }
        return String(decoding: octets, as: UTF8.self)
    }
}

extension FormatsError: CustomStringConvertible {
    package var description: String {
        let kind =
            switch kind {
            case .unavailable: "not available"
            case .unrecognised: "not recognised"
            case .failed: "entry cannot be read"
            case .fatal: "archive cannot be read"
            case .limit: "limit reached"
            }
        return detail.isEmpty ? kind : "\(kind): \(detail)"
    }
}

/// What a service says of itself (RFC 3507 §4.10.2).
package struct ICAPOptions: Equatable, Sendable {
    enum Method: String, Sendable {
        /// The message goes as the answer to a request, as what is fetched.
        case respmod = "RESPMOD"
        /// The message goes as a request, as what is put somewhere.
        case reqmod = "REQMOD"
    }

    /// What a file with a message is called; services want files by their extensions.
    static var fileExtension: String { "eml" }

    /// Nil where it does neither.
    let method: Method?
    /// Octets of a message that it wants to see first; nil where it wants all at once.
    let preview: Int?
    /// Whether it does not want messages.
    let ignoresMessages: Bool
    /// Whether the connection ends behind this.
    let closes: Bool
    /// The software, as it calls itself; fit for a log.
    package let service: String
    /// The state of the service and of its signatures (`ISTag`, RFC 3507 §4.7); fit for a log.
    package let tag: String

    /// Of a service that does not say: it is asked in the way that every service understands.
    static var unknown: ICAPOptions { ICAPOptions() }

    private init() {
        method = .respmod
        preview = nil
        ignoresMessages = false
        closes = true
        service = ""
        tag = ""
    }

    package init(_ head: ICAPHead) {
        let methods = head.list("methods")
        method = [Method.respmod, .reqmod].first { methods.contains($0.rawValue.lowercased()) }
        let transfer = Transfer(head)
        ignoresMessages = transfer == .ignore
        let size = head.field("preview")?.lines.first.flatMap { decimal($0) }
        preview = transfer == .complete ? nil : size
        closes = head.list("connection").contains("close")
        service = ScannerText.fit(head.field("service")?.lines.first ?? [])
        tag = ScannerText.fit(head.field("istag")?.lines.first ?? [])
    }

    /// How it wants files that are called as messages are. `*` is for the extensions that no other list has.
    private enum Transfer: String, CaseIterable {
        case preview = "transfer-preview"
        case complete = "transfer-complete"
        case ignore = "transfer-ignore"

        init?(_ head: ICAPHead) {
            let lists = Self.allCases.map { ($0, head.list($0.rawValue)) }
            let named = lists.first { $0.1.contains(ICAPOptions.fileExtension) }
            guard let way = named ?? lists.first(where: { $0.1.contains("*") }) else { return nil }
            self = way.0
        }
    }
}

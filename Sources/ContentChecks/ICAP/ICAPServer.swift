package import Platform

/// One service of an ICAP server.
package struct ICAPServer: Sendable {
    package static var port: UInt16 { 1344 }

    package let service: ICAPService

    /// The server, as failures name it.
    package var name: String { service.text }

    init(_ service: ICAPService) {
        self.service = service
    }

    /// Has a message looked at.
    ///
    /// A service that cannot look at a message for want of a scanner of its own may call it clean: nothing in
    /// the protocol tells the one from the other. So c-icap does, and only a virus sent on purpose shows it.
    package func scan(
        _ message: borrowing ScannedMessage, until deadline: Deadline
    ) throws(ScannerFailure) -> VirusAnswer {
        let request = ICAPRequest(service: service)
        let limit = Self.longestAnswer(message.bytes.count)
        var exchange = ICAPExchange(try connect(until: deadline, limit: limit))
        let options = try exchange.options(request)
        guard let method = options.method else {
            throw ScannerFailure(.declined, scanner: name, "it offers neither RESPMOD nor REQMOD")
        }
        guard !options.ignoresMessages else {
            throw ScannerFailure(.declined, scanner: name, "it does not want messages")
        }
        let connection = options.closes ? try connect(until: deadline, limit: limit) : exchange.end()
        exchange = ICAPExchange(connection)
        return try exchange.modify(message.bytes.span, request, method, preview: options.preview)
    }

    /// What it says of itself.
    package func options(until deadline: Deadline) throws(ScannerFailure) -> ICAPOptions {
        var exchange = ICAPExchange(try connect(until: deadline, limit: Self.longestAnswer(0)))
        return try exchange.options(ICAPRequest(service: service))
    }

    private func connect(until deadline: Deadline, limit: Int) throws(ScannerFailure) -> ScannerConnection {
        try ScannerConnection(
            service.address, port: Self.port, scanner: name, until: deadline, limit: limit)
    }

    /// The message may come back, and in small chunks.
    private static func longestAnswer(_ count: Int) -> Int { (1 << 18) + count * 2 }
}

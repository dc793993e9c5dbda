package import Platform

/// A connection to a scanner, whose failures are those of a scanner.
package struct ScannerConnection: ~Copyable {
    private var socket: StreamSocket
    /// The scanner, as failures name it.
    package let scanner: String

    /// Connects to a scanner.
    ///
    /// - Parameters:
    ///   - port: the protocol's own, where the address has none.
    ///   - scanner: what failures call it, like `clamd 127.0.0.1`.
    ///   - deadline: for this and everything that follows on the connection.
    ///   - limit: bytes of an answer; a longer one is unintelligible.
    package init(
        _ address: ScannerAddress, port: UInt16, scanner: String, until deadline: Deadline, limit: Int,
        lookup: HostLookup = HostLookup()
    ) throws(ScannerFailure) {
        switch address {
        case .local(let path):
            do throws(SystemError) {
                socket = try StreamSocket(connectingTo: path, deadline: deadline, limit: limit)
            } catch {
                throw Self.unreachable(error, scanner)
            }
        case .network(let host, let own):
            socket = try Self.connect(
                try Self.addresses(of: host, scanner, until: deadline, lookup), port: own ?? port, scanner,
                until: deadline, limit: limit)
        }
        self.scanner = scanner
    }

    private static func addresses(
        of host: String, _ scanner: String, until deadline: Deadline, _ lookup: HostLookup
    ) throws(ScannerFailure) -> [String] {
        switch lookup.find(host, milliseconds: deadline.remaining) {
        case .addresses(let addresses): return addresses
        case .nothing(let reason): throw ScannerFailure(.unreachable, scanner: scanner, reason)
        }
    }

    /// To the first address where somebody listens; each one has a share of the time that is left.
    private static func connect(
        _ addresses: [String], port: UInt16, _ scanner: String, until deadline: Deadline, limit: Int
    ) throws(ScannerFailure) -> StreamSocket {
        var last = ScannerFailure(.unreachable, scanner: scanner, "it has no address")
        for (index, address) in addresses.enumerated() {
            let share = Deadline(milliseconds: deadline.remaining / (addresses.count - index))
            do throws(SystemError) {
                return try StreamSocket(
                    connectingTo: address, port: port, patience: share, deadline: deadline, limit: limit)
            } catch {
                last = unreachable(error, scanner)
            }
        }
        throw last
    }

    private static func unreachable(_ error: SystemError, _ scanner: String) -> ScannerFailure {
        ScannerFailure(.unreachable, scanner: scanner, error.reason)
    }

    /// Sends as much as the scanner wants: see ``StreamSocket/offer(_:more:)``.
    package func offer(_ bytes: Span<UInt8>, more: Bool = false) throws(ScannerFailure) -> Bool {
        do throws(SystemError) {
            return try socket.offer(bytes, more: more)
        } catch {
            throw failure(error)
        }
    }

    /// As ``offer(_:more:)``, and can be gone on with once what the scanner said is received.
    package func offer(
        _ bytes: Span<UInt8>, sent: inout Int, more: Bool = false
    ) throws(ScannerFailure) -> Bool {
        do throws(SystemError) {
            return try socket.offer(bytes, sent: &sent, more: more)
        } catch {
            throw failure(error)
        }
    }

    package func offer(_ bytes: [UInt8], more: Bool = false) throws(ScannerFailure) -> Bool {
        try offer(bytes.span, more: more)
    }

    /// Passes a descriptor: see ``StreamSocket/pass(_:with:)``.
    package func pass(
        _ file: borrowing OwnedFileDescriptor, with bytes: [UInt8]
    ) throws(ScannerFailure) -> Bool {
        do throws(SystemError) {
            return try socket.pass(file, with: bytes)
        } catch {
            throw failure(error)
        }
    }

    package func finishSending() throws(ScannerFailure) {
        do throws(SystemError) {
            try socket.finishSending()
        } catch {
            throw failure(error)
        }
    }

    /// Some more of what the scanner says; nothing at its end.
    package mutating func receive() throws(ScannerFailure) -> [UInt8] {
        do throws(SystemError) {
            return try socket.receive(most: 1 << 14)
        } catch {
            throw failure(error)
        }
    }

    private func failure(_ error: SystemError) -> ScannerFailure {
        switch error.code {
        case ErrorCode.timedOut: ScannerFailure(.tooSlow, scanner: scanner)
        case ErrorCode.messageTooLong:
            ScannerFailure(.unintelligible, scanner: scanner, "it answers too much")
        default: ScannerFailure(.cutOff, scanner: scanner, error.reason)
        }
    }
}

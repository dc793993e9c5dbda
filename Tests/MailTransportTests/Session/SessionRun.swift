import Platform

@testable import MailTransport

/// A session and a model of its peer, with what passes between them.
struct SessionRun {
    enum Division: Sendable {
        case whole
        case octets
        /// One cut, after so many octets of all that the peer says.
        case at(Int)
    }

    /// What happens instead of the n-th thing that would happen.
    enum Accident: Sendable, CaseIterable {
        case close, timeout, tlsFailure, quit
    }

    var session: ClientSession
    var peer: ModelPeer
    var division = Division.whole
    var accident: (after: Int, Accident)?
    var tlsFails = false

    private(set) var effects: [SessionEffect] = []
    private(set) var outcomes: [MailOutcome] = []
    /// Octets that the peer has said.
    private(set) var heard = 0
    private(set) var happened = 0
    private var queue: [SessionEvent] = []
    private var isPeerGone = false
    private(set) var isClosed = false

    init(_ options: SessionOptions, _ peer: ModelPeer, sizes: TransferSizes = TransferSizes()) {
        session = ClientSession(options)
        session.sizes = sizes
        self.peer = peer
    }

    /// - Parameter mail: one that is begun before there is a connection.
    mutating func open(with mail: OutgoingMail? = nil) {
        if let mail { feed(.begin(mail)) }
        feed(.connected)
        hear(peer.greet())
        run()
    }

    mutating func send(_ mail: OutgoingMail) {
        feed(.begin(mail))
        run()
    }

    mutating func feed(_ event: SessionEvent) {
        happened += 1
        if let accident, happened == accident.after {
            self.accident = nil
            switch accident.1 {
            case .close: take(session.handle(.closed("broken")))
            case .timeout: take(session.handle(.deadlinePassed))
            case .tlsFailure: take(session.handle(.tlsFailed("bad certificate")))
            case .quit: take(session.handle(.quit))
            }
        }
        take(session.handle(event))
    }

    private mutating func take(_ new: [SessionEffect]) {
        effects += new
        for effect in new {
            switch effect {
            case .write(let bytes):
                queue.append(.written)
                if !isClosed { hear(peer.receive(bytes)) }
            case .startTLS:
                peer.beginTLS()
                queue.append(tlsFails ? .tlsFailed("bad certificate") : .tlsEstablished)
            case .results(let outcome): outcomes.append(outcome)
            case .close: isClosed = true
            case .deadline, .ready, .unusable: break
            }
        }
    }

    private mutating func hear(_ bytes: [UInt8]) {
        var pieces: [[UInt8]] = bytes.isEmpty ? [] : [bytes]
        switch division {
        case .whole: break
        case .octets: pieces = bytes.map { [$0] }
        case .at(let place):
            let cut = place - heard
            if cut > 0, cut < bytes.count { pieces = [Array(bytes[..<cut]), Array(bytes[cut...])] }
        }
        heard += bytes.count
        queue += pieces.map { .received($0) }
        if peer.isClosed, !isPeerGone {
            isPeerGone = true
            queue.append(.closed(nil))
        }
    }

    /// Until nothing happens any more; a peer that says nothing runs out of time.
    private mutating func run() {
        var isOutOfTime = false
        while true {
            while !queue.isEmpty {
                let event = queue.removeFirst()
                if isClosed, case .received = event { continue }
                feed(event)
            }
            guard !isClosed, !session.isOver, !session.isReady, !isOutOfTime else { return }
            isOutOfTime = true
            feed(.deadlinePassed)
        }
    }
}

extension OutgoingMail {
    static func test(
        _ recipients: [String] = ["a@x", "b@y", "c@z"], body: String = "Subject: x\n\n.dots\nand text\n"
    ) -> OutgoingMail {
        let bytes = Array(body.utf8)
        let border = bytes.count / 3
        return OutgoingMail(
            sender: "s@x", recipients: recipients.map { Recipient($0) }, head: Array(bytes[..<border]),
            body: SharedBytes(Array(bytes[border...])))
    }

    /// As a peer should get it.
    var sent: [UInt8] {
        var encoder = MessageEncoder(self, stuffingDots: false)
        return encoder.next(atMost: count * 2 + 2)
    }
}

extension SessionOptions {
    static func test(
        _ dialogue: Peer.Dialogue = .smtp, encryption: Peer.Encryption = .off,
        credential: PasswordCredential? = nil,
        isLocal: Bool = false, nonce: [UInt8] = Array(0..<18)
    ) -> SessionOptions {
        SessionOptions(
            dialogue, peer: "mx.example.org[192.0.2.1]:25", helo: "client.example.org",
            encryption: encryption,
            credential: credential, isLocal: isLocal, nonce: nonce)
    }
}

extension TransportResult {
    /// `2`, `4 cause` or `5 cause`.
    var short: String {
        switch self {
        case .accepted: "2"
        case .temporaryFailure(let failure): "4 \(failure.cause.rawValue)"
        case .permanentFailure(let failure): "5 \(failure.cause.rawValue)"
        }
    }
}

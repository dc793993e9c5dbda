import ContentChecks

extension FuzzChecks {
    /// What virus scanners say. The first octet says which of them it is, the second one where the answer is
    /// divided, and whether `100 Continue` may come.
    ///
    /// An answer is the same however it is divided, has words that are fit for a log, and is clean in one way
    /// alone.
    static func virusScanners(_ octets: [UInt8]) {
        guard octets.count >= 2 else { return }
        let answer = Array(octets[2...])
        if octets[0] % 2 == 0 { return clamd(answer) }
        let middle = Int(octets[1]) * answer.count / 256
        let mayContinue = octets[1] % 2 == 0
        let whole = icap([answer], mayContinue)
        precondition(whole == icap([Array(answer[..<middle]), Array(answer[middle...])], mayContinue))
        precondition(whole == icap(answer.map { [$0] }, mayContinue))
    }

    private static func clamd(_ answer: [UInt8]) {
        switch ClamdReply(answer).meaning {
        case .clean: precondition(answer.starts(with: "stream".utf8) || answer.starts(with: "fd[".utf8))
        case .found(let name): precondition(!name.isEmpty && isFit(name))
        case .declined(let text), .unknown(let text): precondition(isFit(text))
        }
    }

    /// What a client learns of a response that comes in these pieces.
    private struct Learned: Equatable {
        var problem: String?
        var isContinued = false
        var head: ICAPHead?
        var isUnchanged = false
        var bodyCount = 0
        var isComplete = false
    }

    private static func icap(_ pieces: [[UInt8]], _ mayContinue: Bool) -> Learned {
        let message = Array("Subject: x\n\nbody\n".utf8)
        var reader = ICAPReader()
        reader.mayContinue = mayContinue
        do throws(ICAPHead.Problem) {
            for piece in pieces { try reader.take(piece, message: message.span) }
        } catch {
            precondition(isFit(error.reason))
            return Learned(problem: error.reason)
        }
        if let head = reader.head {
            switch ICAPFinding(head) {
            case .virus(let name): precondition(!name.isEmpty && isFit(name))
            case .unseen(let text): precondition(isFit(text))
            case nil: break
            }
            let options = ICAPOptions(head)
            precondition(isFit(options.service) && isFit(options.tag))
        }
        precondition(!reader.isUnchanged || reader.bodyCount <= message.count)
        return Learned(
            isContinued: reader.isContinued, head: reader.head, isUnchanged: reader.isUnchanged,
            bodyCount: reader.bodyCount, isComplete: reader.isComplete)
    }

    private static func isFit(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }
}

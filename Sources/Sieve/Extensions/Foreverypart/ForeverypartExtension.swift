extension SieveExtension {
    /// `foreverypart` and `break` (RFC 5703 §3).
    static var foreverypart: SieveExtension {
        SieveExtension("foreverypart") { language in
            language.add(command: ForEveryPartCommand.self)
            language.add(command: BreakCommand.self)
        }
    }
}

/// Where the loops are that run now.
struct PartLoops: ExtensionState {
    struct Place {
        /// The part that the loop looks at, by its number in the message.
        var part: Int
        /// Whether another one has taken its place since.
        var isExchanged = false
    }

    /// The innermost loop last.
    var places: [Place] = []
    /// How often the whole message has become a part of another, whose parts no loop knows.
    private(set) var newMessages = 0

    /// Other parts have taken the places of these.
    mutating func exchange(_ parts: [Int]) {
        for index in places.indices where parts.contains(places[index].part) {
            places[index].isExchanged = true
        }
    }

    mutating func beginNewMessage() {
        newMessages &+= 1
        for index in places.indices { places[index].part = 0 }
    }
}

extension Interpretation {
    /// The number of the part that tests and commands look at: the message itself outside of loops.
    mutating func currentPart() throws(RuntimeFailure) -> Int {
        self[PartLoops.self].places.last?.part ?? 0
    }
}

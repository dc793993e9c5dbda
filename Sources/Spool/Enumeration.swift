import Platform

extension SpoolDirectory {
    /// Something that lies where entries are.
    package enum Finding: Equatable, Sendable {
        case entry(EntryReference)
        /// The path of what is no entry.
        case stray(String)
    }

    /// Calls `body` with all that is in the queue, on hold and damaged, in this order, until it says false.
    /// Nothing is opened for that.
    ///
    /// The queue comes by minute and, within slices of 10,000, by time, the other rooms so by age: however many
    /// entries there are, no more than a slice of names is in memory.
    /// - Throws: the first failure to read a directory, after all others were gone through.
    package func forEachEntry(_ body: (Finding) -> Bool) throws(SpoolError) {
        var goesOn = true
        var failure: SpoolError?
        func read(_ part: () throws(SpoolError) -> Void) {
            guard goesOn else { return }
            do throws(SpoolError) { try part() } catch { failure = failure ?? error }
        }
        func handOver(_ entries: [EntryReference]) -> Bool {
            for entry in entries where goesOn { goesOn = body(.entry(entry)) }
            return goesOn
        }
        func handOver(_ strays: [String]) {
            for stray in strays where goesOn { goesOn = body(.stray(stray)) }
        }
        let (buckets, strays) = try tree.buckets()
        handOver(strays)
        for bucket in buckets {
            read { () throws(SpoolError) in
                handOver(
                    try tree.forEachSlice(of: bucket, size: Self.namesInMemory) { _ in
                        true
                    } _: {
                        handOver($0)
                    })
            }
        }
        for place in [EntryReference.Place.hold, .corrupt] {
            read { () throws(SpoolError) in
                handOver(try tree.forEachSlice(of: place, size: Self.namesInMemory) { handOver($0) })
            }
        }
        if let failure { throw failure }
    }

    private static let namesInMemory = 10_000

    /// Bytes of an entry's file, whatever is in it; nil if it is not there.
    package func fileSize(of reference: EntryReference) throws(SpoolError) -> Int? {
        guard let directory = try tree.directory(of: reference) else { return nil }
        return try systemIfExists { () throws(SystemError) in
            try directory.status(of: SpoolTree.name(of: reference)).size
        }
    }
}

extension SpoolTree {
    /// Calls `body` with the entries on hold, or damaged, in slices of at most `size`, each by age, until it says
    /// false.
    ///
    /// - Returns: the paths of what is no entry, as far as the room was read.
    func forEachSlice(
        of place: EntryReference.Place, size: Int, _ body: ([EntryReference]) -> Bool
    ) throws(SpoolError) -> [String] {
        guard let room = try room(place == .hold ? "hold" : "corrupt") else { return [] }
        var names: [String] = []
        var strays: [String] = []
        func handOver() -> Bool {
            let entries = names.sorted().map { EntryReference(id: $0, place: place) }
            names.removeAll(keepingCapacity: true)
            return body(entries)
        }
        var goesOn = true
        try system { () throws(SystemError) in
            try room.forEachName { name in
                guard EntryIdentifier.isValid(name) else {
                    strays.append(room.path(of: name))
                    return true
                }
                names.append(name)
                if names.count >= size { goesOn = handOver() }
                return goesOn
            }
        }
        if goesOn, !names.isEmpty { _ = handOver() }
        return strays
    }
}

extension EntryReference {
    /// Where an entry is on one line, for another process: `ID queue 1732300000`, `ID hold`, `ID corrupt`.
    package var text: String {
        switch place {
        case .queue(let due): "\(id) queue \(due)"
        case .hold: "\(id) hold"
        case .corrupt: "\(id) corrupt"
        }
    }

    /// Nil if `text` is not one.
    package init?(text: some StringProtocol) {
        let words = text.split(separator: " ")
        guard words.count > 1, EntryIdentifier.isValid(String(words[0])) else { return nil }
        let place: Place
        switch words[1] {
        case "queue":
            guard words.count == 3, let due = Int(words[2]), Bucket.clamp(due) == due else { return nil }
            place = .queue(due: due)
        case "hold" where words.count == 2: place = .hold
        case "corrupt" where words.count == 2: place = .corrupt
        default: return nil
        }
        self.init(id: String(words[0]), place: place)
    }
}

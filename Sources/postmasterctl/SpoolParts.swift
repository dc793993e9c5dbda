import Platform
import Settings
import Spool

/// The parts of the spool that this process may look at: all of them for root, one's own for others.
struct SpoolParts {
    let configuration: Configuration

    func owners() throws -> [UInt32] {
        let current = Identity.current()
        guard current.isSuperuser else { return [current.user] }
        do {
            let (owners, problems) = try SpoolDirectory.owners(in: configuration.spool.directory)
            for problem in problems { Terminal.complain("\(problem)".shown) }
            return owners
        } catch {
            if error.kind == .absent { return [] }
            throw error
        }
    }

    func open(_ owner: UInt32) throws -> SpoolDirectory? {
        do {
            return try SpoolDirectory(opening: configuration.spool.directory, owner: owner, creating: false)
        } catch {
            if error.kind == .absent { return nil }
            throw error
        }
    }

    /// Opens one part after the other. One that cannot be had keeps nobody from the others.
    ///
    /// - Returns: whether all went well; else there was a complaint.
    func forEach(_ body: (UInt32, borrowing SpoolDirectory) throws -> Void) throws -> Bool {
        var isSound = true
        for owner in try owners() {
            do {
                if let spool = try open(owner) { try body(owner, spool) }
            } catch let error as SpoolError {
                Terminal.complain("\(error)".shown)
                isSound = false
            }
        }
        return isSound
    }

    /// Whose entry it is; nil if nobody has it.
    func owner(of id: String) throws -> UInt32? {
        for owner in try owners() {
            if let spool = try open(owner), try spool.find(id) != nil { return owner }
        }
        return nil
    }
}

extension SpoolParts {
    /// Goes through all entries, one part after the other, and complains of what is found among them that is none.
    ///
    /// - Parameter body: is called until it says false.
    /// - Returns: whether all of it could be read.
    func forEachEntry(
        _ body: (EntryReference, UInt32, borrowing SpoolDirectory) throws -> Bool
    ) throws -> Bool {
        var goesOn = true
        return try forEach { owner, spool in
            var failure: (any Error)?
            guard goesOn else { return }
            try spool.forEachEntry { finding in
                switch finding {
                case .stray(let path): Terminal.complain("\(path.shown): no spool entry")
                case .entry(let reference):
                    do { goesOn = try body(reference, owner, spool) } catch {
                        failure = error
                        goesOn = false
                    }
                }
                return goesOn
            }
            if let failure { throw failure }
        }
    }

    /// Goes through the entries that pass a filter, with what they say where the filter, or the caller, needs that.
    func forEachRow(
        _ filter: QueueFilter, _ body: (QueueRow) throws -> Bool
    ) throws -> Bool {
        try forEachEntry { reference, owner, spool in
            guard filter.passes(reference), let row = try QueueRow(reference, owner: owner, in: spool),
                filter.passes(row)
            else { return true }
            return try body(row)
        }
    }
}

import Platform

extension SpoolDirectory {
    /// Where the entry of that name is; nil if it is nowhere.
    package func find(_ id: String) throws(SpoolError) -> EntryReference? {
        try find([id])[id]
    }

    /// Where the entries of these names are, as far as they are anywhere. The queue is gone through once for
    /// all of them.
    package func find(_ ids: [String]) throws(SpoolError) -> [String: EntryReference] {
        let wanted = Set(ids.filter(EntryIdentifier.isValid))
        var found: [String: EntryReference] = [:]
        guard !wanted.isEmpty else { return found }
        for reference in try tree.places(of: wanted) where found[reference.id] == nil {
            found[reference.id] = reference
        }
        return found
    }
}

extension SpoolTree {
    /// All places where entries of these names are: normally one for each. What is on hold or damaged comes
    /// first, then the queue by time.
    func places(of ids: Set<String>) throws(SpoolError) -> [EntryReference] {
        var places: [EntryReference] = []
        for (name, place) in [("hold", EntryReference.Place.hold), ("corrupt", .corrupt)] {
            guard let room = try room(name) else { continue }
            for id in ids where try Self.exists(id, in: room) {
                places.append(EntryReference(id: id, place: place))
            }
        }
        guard let queue = try room("queue") else { return places }
        for bucket in try buckets().buckets {
            let directory = try systemIfExists { () throws(SystemError) in
                try queue.openDirectory(bucket.name)
            }
            guard let directory else { continue }
            places += try Self.places(of: ids, in: directory, of: bucket)
        }
        return places
    }

    private static func places(
        of ids: Set<String>, in directory: borrowing Directory, of bucket: Bucket
    ) throws(SpoolError) -> [EntryReference] {
        let size = try system { () throws(SystemError) in try directory.status().size }
        // Each of them can have one of sixty names: in a large bucket it is quicker to ask for these. A name
        // takes about 32 bytes, and to read one about a seventh of the time of asking for one.
        if size / 32 / 7 > 60 * ids.count { return try probe(ids, in: directory, of: bucket) }
        var places: [EntryReference] = []
        try system { () throws(SystemError) in
            try directory.forEachName { name in
                if ids.contains(String(name.dropFirst(3))), let found = bucket.reference(name: name) {
                    places.append(found)
                }
                return true
            }
        }
        return places
    }

    private static func probe(
        _ ids: Set<String>, in directory: borrowing Directory, of bucket: Bucket
    ) throws(SpoolError) -> [EntryReference] {
        var places: [EntryReference] = []
        for second in 0..<60 {
            let due = bucket.minute * 60 + second
            for id in ids where try exists(Bucket.containing(due, id: id).name, in: directory) {
                places.append(EntryReference(id: id, place: .queue(due: due)))
            }
        }
        return places
    }

    private static func exists(_ name: String, in directory: borrowing Directory) throws(SpoolError) -> Bool {
        try systemIfExists { () throws(SystemError) in try directory.status(of: name) } != nil
    }
}

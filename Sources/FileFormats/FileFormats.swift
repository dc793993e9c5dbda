import CArchive
import CMagic
import CSeccomp

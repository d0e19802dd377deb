;; The outer shape of the binary format: the preamble, sections, counts and numbers. Binary.md, "Component Definitions".

(component binary "\00asm" "\0d\00\01\00")

;; The preamble.
(assert_malformed (component binary "\00asm") "unexpected end-of-file")
(assert_malformed (component binary "\00asm" "\0d\00\01") "unexpected end-of-file")
(assert_malformed (component binary "\00asm" "\0b\00\01\00") "unknown binary version")
(assert_malformed (component binary "\00asm" "\0d\01\01\00") "unknown binary version")

;; Sections may be empty and may repeat.
(component binary "\00asm" "\0d\00\01\00"
  "\07\01\00"                       ;; type section: nothing
  "\07\02\01\7d"                    ;; type section: u8
  "\0a\01\00"                       ;; import section: nothing
  "\07\03\01\70\00")                ;; type section: list of type 0

;; What sections there are: 0 to 11.
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\0e\00") "malformed section id")
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\7f\00") "malformed section id")
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\ff\00") "malformed section id")

;; A section ends where it says, and with its contents.
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\07") "unexpected end-of-file")
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\07\05\01\7d") "unexpected end-of-file")
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\07\00") "unexpected end-of-file")
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\07\01\01") "unexpected end-of-file")
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\07\03\01\7d\7d") "section size mismatch")
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\07\02\02\7d") "unexpected end-of-file")

;; Counts that claim more than there can be.
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\07\06\ff\ff\ff\ff\0f\7d") "unexpected end-of-file")
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\07\07\01\6f\ff\ff\ff\ff\0f") "unexpected end-of-file")

;; Numbers in LEB128 may have zeros in front of them, up to five bytes, and no bit beyond the 32nd.
(component binary "\00asm" "\0d\00\01\00" "\07\82\80\80\80\00\01\7d")
(component binary "\00asm" "\0d\00\01\00" "\07\06\81\80\80\80\00\7d")
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\07\82\80\80\80\80\00\01\7d") "integer representation too long")
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\07\82\80\80\80\10\01\7d") "integer too large")
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\07\82\80\80\80") "unexpected end-of-file")

;; Custom sections: anywhere, with any contents after a name.
(component binary "\00asm" "\0d\00\01\00"
  "\00\06\04name\ff"
  "\07\02\01\7d"
  "\00\01\00"
  "\00\05\04name")
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\00\00") "unexpected end-of-file")
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\00\03\05ab") "unexpected end-of-file")
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\00\03\02\c3\28") "malformed UTF-8 encoding")
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\00\04\03\ed\a0\80") "malformed UTF-8 encoding")

;; A component within a component has a preamble of its own, and ends with its section.
(component binary "\00asm" "\0d\00\01\00" "\04\08" "\00asm" "\0d\00\01\00")
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\04\08" "\00asm" "\01\00\00\00") "expected a version header for a component")
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\04\08" "\00asm" "\0c\00\01\00") "unknown binary version")
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\04\09" "\00asm" "\0d\00\01\00") "unexpected end-of-file")
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\04\0a" "\00asm" "\0d\00\01\00" "\07\01") "unexpected end-of-file")

;; Core modules likewise.
(component binary "\00asm" "\0d\00\01\00" "\01\08" "\00asm" "\01\00\00\00")
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\01\08" "\00asm" "\0d\00\01\00") "expected a version header for a module")
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\01\09" "\00asm" "\01\00\00\00") "unexpected end-of-file")

;; Text that is none.
(assert_malformed (component quote "(type (list u8)") "expected `)`")
(assert_malformed (component quote "(type (lost u8))") "unexpected token")
(assert_malformed (component quote "(import \"a\" (func (param u8)))") "expected")

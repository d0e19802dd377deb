;; The definitions of the binary format, byte by byte: types, imports, exports, instances, aliases and canonical functions. Each section is a
;; string of its own. Binary.md.

;; Every kind of type: the primitives from bool to string, record, variant, list, tuple, flags, enum, option, result (bare, and of both),
;; functions with and without a result, types of an instance and of a component, a resource with an own and a borrow of it.
(component binary "\00\61\73\6d\0d\00\01\00" "\07\4c\1d\7f\7e\7d\7c\7b\7a\79\78\77\76\75\74\73\72\01\01\61\7f\71\02\01\61\00\00\01\62\01\7d\00\70\7d\6f\02\7d\0f\6e\01\01\66\6d\01\01\65\6b\7f\6a\00\00\6a\01\7d\01\73\40\01\01\78\7d\00\7d\40\00\01\00\42\00\41\00\3f\7f\00\69\1a\68\1a")

;; Codes that are no types, and parts that are none or are cut off.
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\02\01\60") "invalid leading byte (0x60)")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\02\01\00") "invalid leading byte (0x0)")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\02\01\70") "unexpected end-of-file")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\07\01\71\01\01\61\00\01") "invalid leading byte (0x1) for zero byte required")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\07\01\71\01\01\61\02\00") "invalid leading byte (0x2)")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\04\01\6a\02\00") "invalid leading byte (0x2)")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\05\01\40\00\02\00") "invalid leading byte (0x2) for component function results")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\05\01\40\00\01\01") "invalid leading byte (0x1) for number of results")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\05\01\42\01\03\00") "invalid leading byte (0x3) for component or instance type declaration")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\05\01\41\01\05\00") "invalid leading byte (0x5) for component or instance type declaration")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\05\01\6d\01\01\ff") "malformed UTF-8 encoding")
(assert_invalid (component binary "\00\61\73\6d\0d\00\01\00" "\07\03\01\70\01") "type index out of bounds")
(assert_invalid (component binary "\00\61\73\6d\0d\00\01\00" "\07\03\01\72\00") "record type must have at least one field")
(assert_invalid (component binary "\00\61\73\6d\0d\00\01\00" "\07\03\01\6e\00") "flags must have at least one entry")
(assert_invalid (component binary "\00\61\73\6d\0d\00\01\00" "\07\04\02\7d\69\00") "is not a resource type")

;; Imports: two codes stand before a plain name; then what it is.
(component definition binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\0a\16\04\00\01\61\01\00\01\01\62\05\01\00\01\63\03\01\00\01\64\03\00\03")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\0a\06\01\03\01\61\01\00") "invalid leading byte (0x3) for component name")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\0a\06\01\00\01\61\06\00") "invalid leading byte (0x6) for component external kind")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\0a\06\01\00\01\61\03\02") "invalid leading byte (0x2) for type bound")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\0a\07\01\00\01\61\00\00\00") "invalid leading byte (0x0) for component external kind")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\0a\06\01\00\20\61\01\00") "unexpected end-of-file")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\0a\06\01\00\01\80\01\00") "malformed UTF-8 encoding")
(assert_invalid (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\0a\06\01\00\01\61\01\07") "type index out of bounds")
(assert_invalid (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\0a\06\01\00\01\61\01\01") "is not a function type")
(assert_invalid (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\0a\06\01\00\01\61\05\00") "is not an instance type")
(assert_invalid (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\0a\07\01\00\02\41\5f\01\00") "is not in kebab case")

;; Exports: a sort and an index, and at will a type.
(component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\0b\0d\02\00\01\74\03\00\00\01\01\69\03\01\00")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\04\08\00\61\73\6d\0d\00\01\00" "\0b\07\01\00\01\63\06\00\00") "invalid leading byte (0x6)")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\0b\07\01\00\01\74\03\00\02") "invalid leading byte (0x2) for optional component export type")
(assert_invalid (component binary "\00\61\73\6d\0d\00\01\00" "\04\08\00\61\73\6d\0d\00\01\00" "\0b\07\01\00\01\63\04\01\00") "index out of bounds")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\04\08\00\61\73\6d\0d\00\01\00" "\0b\06\01\00\01\63\04\00") "unexpected end-of-file")

;; Instances: an instantiation or a bundle.
(component binary "\00\61\73\6d\0d\00\01\00" "\04\08\00\61\73\6d\0d\00\01\00" "\05\0d\03\00\00\00\01\00\01\01\00\01\63\04\00")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\04\08\00\61\73\6d\0d\00\01\00" "\05\04\01\02\00\00") "invalid leading byte (0x2) for instance")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\04\08\00\61\73\6d\0d\00\01\00" "\05\08\01\01\01\00\01\63\06\00") "invalid leading byte (0x6)")
(assert_invalid (component binary "\00\61\73\6d\0d\00\01\00" "\04\08\00\61\73\6d\0d\00\01\00" "\05\04\01\00\01\00") "index out of bounds")
(component binary "\00\61\73\6d\0d\00\01\00" "\01\08\00\61\73\6d\01\00\00\00" "\02\06\02\00\00\00\01\00")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\01\08\00\61\73\6d\01\00\00\00" "\02\04\01\02\00\00") "invalid leading byte (0x2) for core instance")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\01\08\00\61\73\6d\01\00\00\00" "\02\0b\02\00\00\00\00\00\01\01\61\11\00") "invalid leading byte (0x11)")
(assert_invalid (component binary "\00\61\73\6d\0d\00\01\00" "\01\08\00\61\73\6d\01\00\00\00" "\02\04\01\00\03\00") "index out of bounds")

;; Aliases: of an export, of a core export, of something further out.
(component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\06\05\01\03\02\00\00")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\06\05\01\03\03\00\00") "invalid leading byte (0x3) for alias")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\06\05\01\01\02\00\00") "invalid leading byte (0x1) for component outer alias kind")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\06\05\01\06\02\00\00") "invalid leading byte (0x6)")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\06\06\01\00\05\02\00\00") "invalid leading byte (0x5)")
(assert_invalid (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\06\05\01\03\02\01\00") "invalid outer alias count")
(assert_invalid (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\06\05\01\03\02\00\09") "type index out of bounds")
(assert_invalid (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\06\06\01\01\00\00\01\66") "index out of bounds")

;; Canonical functions, and their options.
(component definition binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\0a\06\01\00\01\66\01\00" "\08\14\04\01\00\00\00\01\00\00\01\00\01\00\00\01\01\01\00\00\01\02")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\0a\06\01\00\01\66\01\00" "\08\02\01\60") "invalid leading byte (0x60) for canonical function")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\0a\06\01\00\01\66\01\00" "\08\05\01\01\01\00\00") "invalid leading byte (0x1) for canonical function lower")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\0a\06\01\00\01\66\01\00" "\08\06\01\00\01\00\00\00") "invalid leading byte (0x1) for canonical function lift")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\0a\06\01\00\01\66\01\00" "\08\06\01\01\00\00\01\0a") "invalid leading byte (0xa) for canonical option")
(assert_invalid (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\0a\06\01\00\01\66\01\00" "\08\07\01\01\00\00\02\00\01") "conflicts with option")
(assert_invalid (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\0a\06\01\00\01\66\01\00" "\08\05\01\01\00\03\00") "index out of bounds")
(assert_invalid (component binary "\00\61\73\6d\0d\00\01\00" "\07\09\03\40\00\01\00\42\00\41\00" "\0a\06\01\00\01\66\01\00" "\08\03\01\03\00") "not a resource type")

;; Core types: functions and modules.
(component binary "\00\61\73\6d\0d\00\01\00" "\03\1e\02\60\01\7f\01\7e\50\04\01\60\00\00\00\01\61\01\62\00\00\03\01\6d\02\00\01\02\10\01\01\00")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\03\04\01\50\01\04") "invalid leading byte (0x4) for type definition")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\03\08\01\50\01\02\00\01\00\00") "invalid leading byte (0x0) for outer alias kind")
(assert_malformed (component binary "\00\61\73\6d\0d\00\01\00" "\03\08\01\50\01\02\10\02\00\00") "invalid leading byte (0x2) for outer alias target")
(assert_invalid (component binary "\00\61\73\6d\0d\00\01\00" "\03\04\01\60\00\00" "\0a\07\01\00\01\6d\00\11\00") "is not a module type")

;; Nesting is limited, so that no file can exhaust what reads it: components, and types.
(assert_invalid (component binary "\00\61\73\6d\0d\00\01\00\04\99\0a\00\61\73\6d\0d\00\01\00\04\8e\0a\00\61\73\6d\0d\00\01\00\04\83\0a\00\61\73\6d\0d\00\01\00\04\f8\09\00\61\73\6d\0d\00\01\00\04\ed\09\00\61\73\6d\0d\00\01\00\04\e2\09\00\61\73\6d\0d\00\01\00\04\d7\09\00\61\73\6d\0d\00\01\00\04\cc\09\00\61\73\6d\0d\00\01\00\04\c1\09\00\61\73\6d\0d\00\01\00\04\b6\09\00\61\73\6d\0d\00\01\00\04\ab\09\00\61\73\6d\0d\00\01\00\04\a0\09\00\61\73\6d\0d\00\01\00\04\95\09\00\61\73\6d\0d\00\01\00\04\8a\09\00\61\73\6d\0d\00\01\00\04\ff\08\00\61\73\6d\0d\00\01\00\04\f4\08\00\61\73\6d\0d\00\01\00\04\e9\08\00\61\73\6d\0d\00\01\00\04\de\08\00\61\73\6d\0d\00\01\00\04\d3\08\00\61\73\6d\0d\00\01\00\04\c8\08\00\61\73\6d\0d\00\01\00\04\bd\08\00\61\73\6d\0d\00\01\00\04\b2\08\00\61\73\6d\0d\00\01\00\04\a7\08\00\61\73\6d\0d\00\01\00\04\9c\08\00\61\73\6d\0d\00\01\00\04\91\08\00\61\73\6d\0d\00\01\00\04\86\08\00\61\73\6d\0d\00\01\00\04\fb\07\00\61\73\6d\0d\00\01\00\04\f0\07\00\61\73\6d\0d\00\01\00\04\e5\07\00\61\73\6d\0d\00\01\00\04\da\07\00\61\73\6d\0d\00\01\00\04\cf\07\00\61\73\6d\0d\00\01\00\04\c4\07\00\61\73\6d\0d\00\01\00\04\b9\07\00\61\73\6d\0d\00\01\00\04\ae\07\00\61\73\6d\0d\00\01\00\04\a3\07\00\61\73\6d\0d\00\01\00\04\98\07\00\61\73\6d\0d\00\01\00\04\8d\07\00\61\73\6d\0d\00\01\00\04\82\07\00\61\73\6d\0d\00\01\00\04\f7\06\00\61\73\6d\0d\00\01\00\04\ec\06\00\61\73\6d\0d\00\01\00\04\e1\06\00\61\73\6d\0d\00\01\00\04\d6\06\00\61\73\6d\0d\00\01\00\04\cb\06\00\61\73\6d\0d\00\01\00\04\c0\06\00\61\73\6d\0d\00\01\00\04\b5\06\00\61\73\6d\0d\00\01\00\04\aa\06\00\61\73\6d\0d\00\01\00\04\9f\06\00\61\73\6d\0d\00\01\00\04\94\06\00\61\73\6d\0d\00\01\00\04\89\06\00\61\73\6d\0d\00\01\00\04\fe\05\00\61\73\6d\0d\00\01\00\04\f3\05\00\61\73\6d\0d\00\01\00\04\e8\05\00\61\73\6d\0d\00\01\00\04\dd\05\00\61\73\6d\0d\00\01\00\04\d2\05\00\61\73\6d\0d\00\01\00\04\c7\05\00\61\73\6d\0d\00\01\00\04\bc\05\00\61\73\6d\0d\00\01\00\04\b1\05\00\61\73\6d\0d\00\01\00\04\a6\05\00\61\73\6d\0d\00\01\00\04\9b\05\00\61\73\6d\0d\00\01\00\04\90\05\00\61\73\6d\0d\00\01\00\04\85\05\00\61\73\6d\0d\00\01\00\04\fa\04\00\61\73\6d\0d\00\01\00\04\ef\04\00\61\73\6d\0d\00\01\00\04\e4\04\00\61\73\6d\0d\00\01\00\04\d9\04\00\61\73\6d\0d\00\01\00\04\ce\04\00\61\73\6d\0d\00\01\00\04\c3\04\00\61\73\6d\0d\00\01\00\04\b8\04\00\61\73\6d\0d\00\01\00\04\ad\04\00\61\73\6d\0d\00\01\00\04\a2\04\00\61\73\6d\0d\00\01\00\04\97\04\00\61\73\6d\0d\00\01\00\04\8c\04\00\61\73\6d\0d\00\01\00\04\81\04\00\61\73\6d\0d\00\01\00\04\f6\03\00\61\73\6d\0d\00\01\00\04\eb\03\00\61\73\6d\0d\00\01\00\04\e0\03\00\61\73\6d\0d\00\01\00\04\d5\03\00\61\73\6d\0d\00\01\00\04\ca\03\00\61\73\6d\0d\00\01\00\04\bf\03\00\61\73\6d\0d\00\01\00\04\b4\03\00\61\73\6d\0d\00\01\00\04\a9\03\00\61\73\6d\0d\00\01\00\04\9e\03\00\61\73\6d\0d\00\01\00\04\93\03\00\61\73\6d\0d\00\01\00\04\88\03\00\61\73\6d\0d\00\01\00\04\fd\02\00\61\73\6d\0d\00\01\00\04\f2\02\00\61\73\6d\0d\00\01\00\04\e7\02\00\61\73\6d\0d\00\01\00\04\dc\02\00\61\73\6d\0d\00\01\00\04\d1\02\00\61\73\6d\0d\00\01\00\04\c6\02\00\61\73\6d\0d\00\01\00\04\bb\02\00\61\73\6d\0d\00\01\00\04\b0\02\00\61\73\6d\0d\00\01\00\04\a5\02\00\61\73\6d\0d\00\01\00\04\9a\02\00\61\73\6d\0d\00\01\00\04\8f\02\00\61\73\6d\0d\00\01\00\04\84\02\00\61\73\6d\0d\00\01\00\04\f9\01\00\61\73\6d\0d\00\01\00\04\ee\01\00\61\73\6d\0d\00\01\00\04\e3\01\00\61\73\6d\0d\00\01\00\04\d8\01\00\61\73\6d\0d\00\01\00\04\cd\01\00\61\73\6d\0d\00\01\00\04\c2\01\00\61\73\6d\0d\00\01\00\04\b7\01\00\61\73\6d\0d\00\01\00\04\ac\01\00\61\73\6d\0d\00\01\00\04\a1\01\00\61\73\6d\0d\00\01\00\04\96\01\00\61\73\6d\0d\00\01\00\04\8b\01\00\61\73\6d\0d\00\01\00\04\80\01\00\61\73\6d\0d\00\01\00\04\76\00\61\73\6d\0d\00\01\00\04\6c\00\61\73\6d\0d\00\01\00\04\62\00\61\73\6d\0d\00\01\00\04\58\00\61\73\6d\0d\00\01\00\04\4e\00\61\73\6d\0d\00\01\00\04\44\00\61\73\6d\0d\00\01\00\04\3a\00\61\73\6d\0d\00\01\00\04\30\00\61\73\6d\0d\00\01\00\04\26\00\61\73\6d\0d\00\01\00\04\1c\00\61\73\6d\0d\00\01\00\04\12\00\61\73\6d\0d\00\01\00\04\08\00\61\73\6d\0d\00\01\00") "nested too deep")
(assert_invalid (component binary "\00\61\73\6d\0d\00\01\00" "\07\eb\02\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\01\01\42\00") "type nesting is too deep")

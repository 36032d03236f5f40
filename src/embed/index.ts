export { connect, type Figure } from './connect.ts';
export { RebindFigure } from './element.ts';
export type { EventName, Events, FigureMark, FigureTheme } from './messages.ts';

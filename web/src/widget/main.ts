// Registers <usher-seat-map>; loading this twice does no harm.

import { SeatMapElement } from "./element";

if (!customElements.get("usher-seat-map")) customElements.define("usher-seat-map", SeatMapElement);

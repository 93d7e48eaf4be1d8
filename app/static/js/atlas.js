// Entry: what the page's Folium elements call. Each module does one thing and talks to the others
// through events of the map: atlas:select (open a feature), atlas:shown (its panel stands),
// atlas:closed, atlas:datum (the basemap's datum changed), atlas:labels (a label group changed).
export { createMap } from "./state.js";
export { planLayers, featureLayer } from "./layers.js";
export { panel } from "./panel.js";
export { around } from "./around.js";
export { search } from "./search.js";
export { basemaps } from "./basemaps.js";
export { backdrop } from "./backdrop.js";
export { position } from "./position.js";
export { timebar } from "./timebar.js";
export { tools } from "./tools.js";
export { minimap } from "./minimap.js";
export { view } from "./view.js";
export { reader } from "./reader.js";
export { comparedPlan } from "./compare.js";
export { groundMap } from "./ground.js";

export { OrderList } from './OrderList'
export { PlaceOrderDialog } from './PlaceOrderDialog'
